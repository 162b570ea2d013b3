# Reads a Stoa registry with the packages curl and jsonlite.
library(curl)
library(jsonlite)

STOA <- Sys.getenv("STOA", "http://localhost:8080")

get_json <- function(address, etag = NULL) {
  handle <- new_handle()
  if (!is.null(etag)) handle_setheaders(handle, "If-None-Match" = etag)
  answer <- curl_fetch_memory(address, handle) # follows redirects
  if (answer$status_code == 304) return(list(status = 304))
  document <- fromJSON(rawToChar(answer$content), simplifyVector = FALSE)
  if (answer$status_code >= 400) stop(document$detail)
  headers <- parse_headers_list(answer$headers)
  list(status = answer$status_code, document = document, etag = headers$etag)
}

# 1. How many goods of software are there?
found <- get_json(paste0(STOA, "/api/v1/goods?kind=software&limit=1"))
cat(found$document$total, "goods\n")

# 2. Read the list to its end: follow next until there is none.
next_page <- paste0(STOA, "/api/v1/goods?kind=software&sort=name&limit=2")
while (!is.null(next_page)) {
  page <- get_json(next_page)$document
  for (good in page$items) cat(good$slug, "\n")
  next_page <- page[["next"]]
}

# 3. One good; an old address or an id of another registry redirects.
one <- get_json(paste0(STOA, "/api/v1/goods/dhis2"))
cat("dhis2 is", one$document$stage, "\n")

# 4. Ask again for nothing: while the good stands as it is, the answer is 304.
again <- get_json(paste0(STOA, "/api/v1/goods/dhis2"), one$etag)
cat(again$status, "\n")
