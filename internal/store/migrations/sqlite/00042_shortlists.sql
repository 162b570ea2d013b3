-- +goose Up
-- needs are found by the goods on their shortlists, so that these follow goods that become one
INSERT INTO need_tags (tag, need) SELECT DISTINCT 'short/' || s.value, n.id FROM needs n, json_each(n.doc, '$.shortlist') s;
