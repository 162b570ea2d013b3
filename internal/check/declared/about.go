package declared

import "strings"

// What describes a whole work rather than a package of it.

func publiccode(f *Facts, raw []byte) error {
	doc, err := readYAML(raw)
	if err != nil {
		return err
	}
	legal, care := table(doc["legal"]), table(doc["maintenance"])
	f.claim(first(legal["license"]))
	f.owner(first(legal["mainCopyrightOwner"]))
	f.owner(first(table(doc["organisation"])["name"]))
	f.owner(first(legal["repoOwner"]))
	for _, c := range tables(care["contractors"]) {
		f.author(first(c["name"]))
	}
	return nil
}

// codemeta is any description by the words of schema.org.
func codemeta(f *Facts, raw []byte) error {
	doc, err := readJSON(raw)
	if err != nil {
		return err
	}
	f.schema(doc)
	return nil
}

func (f *Facts) schema(doc map[string]any) {
	for _, v := range []any{doc["license"], doc["sc:license"]} {
		for _, s := range texts(v) {
			f.claim(s)
		}
		for _, t := range tables(v) {
			f.claim(first(t["identifier"], t["url"], t["@id"], t["name"]))
		}
	}
	for _, t := range tables(doc["copyrightHolder"]) {
		f.owner(person(t))
	}
	for _, key := range []string{"author", "creator", "sourceOrganization"} {
		for _, t := range tables(doc[key]) {
			if kind := first(t["@type"], t["type"]); strings.Contains(kind, "Organization") {
				f.owner(person(t))
			} else {
				f.author(person(t))
			}
		}
	}
	for _, t := range tables(doc["publisher"]) {
		f.Publisher = person(t)
	}
}

// person is the name of a person or an organisation.
func person(t map[string]any) string {
	return first(t["name"], first(t["givenName"])+" "+first(t["familyName"]))
}

func citation(f *Facts, raw []byte) error {
	doc, err := readYAML(raw)
	if err != nil {
		return err
	}
	for _, s := range texts(doc["license"]) {
		f.claim(s)
	}
	f.Choice = true // as the format says
	for _, t := range tables(doc["authors"]) {
		if name := first(t["name"]); name != "" {
			f.owner(name) // an entity
			continue
		}
		f.author(first(t["given-names"]) + " " + first(t["family-names"]))
	}
	return nil
}

func dataPackage(f *Facts, raw []byte) error {
	doc, err := readJSON(raw)
	if err != nil {
		return err
	}
	for _, t := range tables(doc["licenses"]) {
		f.claim(first(t["name"], t["path"], t["title"]))
	}
	f.claim(first(doc["license"], table(doc["license"])["type"]))
	for _, t := range tables(doc["contributors"]) {
		if name := first(t["title"], t["name"]); first(t["role"]) == "publisher" {
			f.Publisher = name
		} else {
			f.author(name)
		}
	}
	return nil
}

func datasetInfo(f *Facts, raw []byte) error {
	doc, err := readJSON(raw)
	if err != nil {
		return err
	}
	f.claim(first(doc["license"]))
	return nil
}

func zenodo(f *Facts, raw []byte) error {
	doc, err := readJSON(raw)
	if err != nil {
		return err
	}
	f.claim(first(doc["license"], table(doc["license"])["id"]))
	for _, t := range tables(doc["creators"]) {
		f.author(first(t["name"]))
	}
	return nil
}

// crate reads the root of a graph of schema.org.
func crate(f *Facts, raw []byte) error {
	doc, err := readJSON(raw)
	if err != nil {
		return err
	}
	for _, t := range tables(doc["@graph"]) {
		if first(t["@id"]) == "./" {
			f.schema(t)
		}
	}
	return nil
}
