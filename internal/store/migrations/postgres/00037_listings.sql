-- +goose Up
-- what a listing is called is read from it; most that are posted are of no good yet
DROP INDEX listing_names_id;
DROP INDEX listings_good;
CREATE INDEX listings_good ON listings (good) WHERE good <> '';
