-- +goose Up

-- The versions of the policies that staff acknowledge before anything of the provider's opens to them. A version is
-- never changed; a newer one takes its place on its day.
CREATE TABLE conduct_documents (
    id           BINARY(16)   NOT NULL PRIMARY KEY,
    kind         VARCHAR(16)  NOT NULL CHECK (kind IN ('security', 'privacy')),
    version      INT          NOT NULL CHECK (version > 0),
    title        VARCHAR(250) NOT NULL CHECK (title <> ''),
    body         MEDIUMTEXT   NOT NULL CHECK (body <> ''),
    effective_at BIGINT       NOT NULL,
    published_at BIGINT       NOT NULL,
    published_by BINARY(16),
    FOREIGN KEY (published_by) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX conduct_documents_version ON conduct_documents (kind, version);

-- Who acknowledged which version, and when. A later version covers the ones before it.
CREATE TABLE conduct_acks (
    member_id BINARY(16)  NOT NULL,
    kind      VARCHAR(16) NOT NULL CHECK (kind IN ('security', 'privacy')),
    version   INT         NOT NULL,
    at        BIGINT      NOT NULL,
    PRIMARY KEY (member_id, kind, version),
    FOREIGN KEY (member_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Trainings of staff. A record that is taken away stays, for the register of that time.
CREATE TABLE conduct_trainings (
    id          BINARY(16) NOT NULL PRIMARY KEY,
    member_id   BINARY(16) NOT NULL,
    name        BLOB       NOT NULL CHECK (LEFT(name, 4) = x'00677301'),
    done_at     BIGINT     NOT NULL,
    expires_at  BIGINT,
    reminded_at BIGINT,
    recorded_at BIGINT     NOT NULL,
    removed_at  BIGINT,
    CHECK (expires_at IS NULL OR expires_at > done_at),
    FOREIGN KEY (member_id) REFERENCES persons (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX conduct_trainings_member ON conduct_trainings (member_id, done_at);
CREATE INDEX conduct_trainings_ends ON conduct_trainings (expires_at, reminded_at);
