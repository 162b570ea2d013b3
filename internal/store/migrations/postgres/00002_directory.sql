-- +goose Up
-- collections, and what is known of organisations and countries besides goods
CREATE TABLE directory (kind TEXT NOT NULL, key TEXT NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (kind, key));
