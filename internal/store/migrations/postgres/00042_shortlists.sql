-- +goose Up
-- needs are found by the goods on their shortlists, so that these follow goods that become one
INSERT INTO need_tags (tag, need) SELECT DISTINCT 'short/' || s.value, n.id FROM needs n, jsonb_array_elements_text(CASE WHEN jsonb_typeof(n.doc::jsonb -> 'shortlist') = 'array' THEN n.doc::jsonb -> 'shortlist' ELSE '[]' END) s;
