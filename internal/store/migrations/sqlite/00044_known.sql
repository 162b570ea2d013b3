-- +goose Up
-- which organisations use a good: what proves that they know it is asked for many at once
CREATE INDEX deployments_known ON deployments (organisation, good);
