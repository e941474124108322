-- Uniqueness across months, and months that make themselves (docs/adr/0002 says why it takes this form).
-- Names are unqualified: run with search_path set to the tenant's schema. The functions work under any search_path
-- and after a rename of the schema: triggers ask TG_TABLE_SCHEMA, helpers are bound to their tables by OID.

-- ── uniqueness across months ───────────────────────────────────────────────────────────────────────────────────
-- A unique index of a partitioned table must contain the partition key, so the owner's four constraints stand on
-- small tables beside: one row for each row of the large one. They are also where to look a row up by its key.

CREATE TABLE course_content_progress_key (
    "contentId" INT NOT NULL,
    "userId" INT NOT NULL,
    "createdAt" TIMESTAMP NOT NULL,
    id BIGINT NOT NULL,
    CONSTRAINT unique_content_user_progress PRIMARY KEY ("contentId", "userId")
);
INSERT INTO course_content_progress_key ("contentId", "userId", "createdAt", id)
    SELECT "contentId", "userId", "createdAt", id FROM course_content_progress;

CREATE TABLE quiz_attempt_key (
    "quizId" INT NOT NULL,
    "userId" INT NOT NULL,
    "attemptNumber" INT NOT NULL,
    "createdAt" TIMESTAMP NOT NULL,
    id BIGINT NOT NULL,
    CONSTRAINT unique_quiz_user_attempt PRIMARY KEY ("quizId", "userId", "attemptNumber")
);
INSERT INTO quiz_attempt_key ("quizId", "userId", "attemptNumber", "createdAt", id)
    SELECT "quizId", "userId", "attemptNumber", "createdAt", id FROM quiz_attempt;

CREATE TABLE quiz_attempt_answer_key (
    "attemptId" BIGINT NOT NULL,
    "attemptCreatedAt" TIMESTAMP NOT NULL,
    "questionId" INT NOT NULL,
    "createdAt" TIMESTAMP NOT NULL,
    id BIGINT NOT NULL,
    CONSTRAINT unique_attempt_question_answer PRIMARY KEY ("attemptId", "attemptCreatedAt", "questionId")
);
INSERT INTO quiz_attempt_answer_key ("attemptId", "attemptCreatedAt", "questionId", "createdAt", id)
    SELECT "attemptId", "attemptCreatedAt", "questionId", "createdAt", id FROM quiz_attempt_answer;

CREATE TABLE assignment_submission_key (
    "contentId" INT NOT NULL,
    "userId" INT NOT NULL,
    "createdAt" TIMESTAMP NOT NULL,
    id BIGINT NOT NULL,
    CONSTRAINT unique_content_user_submission PRIMARY KEY ("contentId", "userId")
);
INSERT INTO assignment_submission_key ("contentId", "userId", "createdAt", id)
    SELECT "contentId", "userId", "createdAt", id FROM assignment_submission;

-- SECURITY DEFINER: who may write a large table need not have any right on its key table. All name the key table
-- first, then its columns. EXECUTE is revoked, or anybody could hang them on tables of their own.

CREATE FUNCTION training_keys_of_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns text := (SELECT string_agg(quote_ident(name), ', ') FROM unnest(TG_ARGV[1:]) AS name);
BEGIN
    EXECUTE format(
        'INSERT INTO %1$I.%2$I (%3$s, "createdAt", id) SELECT %3$s, "createdAt", id FROM new_rows',
        TG_TABLE_SCHEMA, TG_ARGV[0], columns);
    RETURN NULL;
END
$$;

CREATE FUNCTION training_keys_of_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    same text := (SELECT string_agg(format('k.%1$I = o.%1$I', name), ' AND ') FROM unnest(TG_ARGV[1:]) AS name);
BEGIN
    -- by id as well: another row may have taken the key in the same statement
    EXECUTE format('DELETE FROM %I.%I AS k USING old_rows AS o WHERE %s AND k.id = o.id',
        TG_TABLE_SCHEMA, TG_ARGV[0], same);
    RETURN NULL;
END
$$;

CREATE FUNCTION training_keys_of_truncated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('TRUNCATE %I.%I', TG_TABLE_SCHEMA, TG_ARGV[0]);
    RETURN NULL;
END
$$;

-- Row by row and before: an update that moves a row to another month fires no other trigger on the way.
CREATE FUNCTION training_key_of_updated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    new_values text := (SELECT string_agg(format('%1$I = ($2).%1$I', name), ', ') FROM unnest(TG_ARGV[1:]) AS name);
    same text := (SELECT string_agg(format('%1$I = ($1).%1$I', name), ' AND ') FROM unnest(TG_ARGV[1:]) AS name);
BEGIN
    EXECUTE format(
        'UPDATE %I.%I SET %s, "createdAt" = ($2)."createdAt", id = ($2).id WHERE %s',
        TG_TABLE_SCHEMA, TG_ARGV[0], new_values, same) USING OLD, NEW;
    RETURN NEW;
END
$$;

REVOKE ALL ON FUNCTION training_keys_of_inserted(), training_keys_of_deleted(), training_keys_of_truncated(),
    training_key_of_updated() FROM PUBLIC;

CREATE TRIGGER course_content_progress_key_insert AFTER INSERT ON course_content_progress REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION training_keys_of_inserted('course_content_progress_key', 'contentId', 'userId');
CREATE TRIGGER course_content_progress_key_delete AFTER DELETE ON course_content_progress REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION training_keys_of_deleted('course_content_progress_key', 'contentId', 'userId');
CREATE TRIGGER course_content_progress_key_truncate AFTER TRUNCATE ON course_content_progress
    FOR EACH STATEMENT EXECUTE FUNCTION training_keys_of_truncated('course_content_progress_key');
CREATE TRIGGER course_content_progress_key_update BEFORE UPDATE ON course_content_progress FOR EACH ROW
    WHEN ((OLD."contentId", OLD."userId", OLD."createdAt", OLD.id)
        IS DISTINCT FROM (NEW."contentId", NEW."userId", NEW."createdAt", NEW.id))
    EXECUTE FUNCTION training_key_of_updated('course_content_progress_key', 'contentId', 'userId');

CREATE TRIGGER quiz_attempt_key_insert AFTER INSERT ON quiz_attempt REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION training_keys_of_inserted('quiz_attempt_key', 'quizId', 'userId', 'attemptNumber');
CREATE TRIGGER quiz_attempt_key_delete AFTER DELETE ON quiz_attempt REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION training_keys_of_deleted('quiz_attempt_key', 'quizId', 'userId', 'attemptNumber');
CREATE TRIGGER quiz_attempt_key_truncate AFTER TRUNCATE ON quiz_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION training_keys_of_truncated('quiz_attempt_key');
CREATE TRIGGER quiz_attempt_key_update BEFORE UPDATE ON quiz_attempt FOR EACH ROW
    WHEN ((OLD."quizId", OLD."userId", OLD."attemptNumber", OLD."createdAt", OLD.id)
        IS DISTINCT FROM (NEW."quizId", NEW."userId", NEW."attemptNumber", NEW."createdAt", NEW.id))
    EXECUTE FUNCTION training_key_of_updated('quiz_attempt_key', 'quizId', 'userId', 'attemptNumber');

CREATE TRIGGER quiz_attempt_answer_key_insert AFTER INSERT ON quiz_attempt_answer REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION training_keys_of_inserted('quiz_attempt_answer_key', 'attemptId', 'attemptCreatedAt', 'questionId');
CREATE TRIGGER quiz_attempt_answer_key_delete AFTER DELETE ON quiz_attempt_answer REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION training_keys_of_deleted('quiz_attempt_answer_key', 'attemptId', 'attemptCreatedAt', 'questionId');
CREATE TRIGGER quiz_attempt_answer_key_truncate AFTER TRUNCATE ON quiz_attempt_answer
    FOR EACH STATEMENT EXECUTE FUNCTION training_keys_of_truncated('quiz_attempt_answer_key');
CREATE TRIGGER quiz_attempt_answer_key_update BEFORE UPDATE ON quiz_attempt_answer FOR EACH ROW
    WHEN ((OLD."attemptId", OLD."attemptCreatedAt", OLD."questionId", OLD."createdAt", OLD.id)
        IS DISTINCT FROM (NEW."attemptId", NEW."attemptCreatedAt", NEW."questionId", NEW."createdAt", NEW.id))
    EXECUTE FUNCTION training_key_of_updated('quiz_attempt_answer_key', 'attemptId', 'attemptCreatedAt', 'questionId');

CREATE TRIGGER assignment_submission_key_insert AFTER INSERT ON assignment_submission REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION training_keys_of_inserted('assignment_submission_key', 'contentId', 'userId');
CREATE TRIGGER assignment_submission_key_delete AFTER DELETE ON assignment_submission REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION training_keys_of_deleted('assignment_submission_key', 'contentId', 'userId');
CREATE TRIGGER assignment_submission_key_truncate AFTER TRUNCATE ON assignment_submission
    FOR EACH STATEMENT EXECUTE FUNCTION training_keys_of_truncated('assignment_submission_key');
CREATE TRIGGER assignment_submission_key_update BEFORE UPDATE ON assignment_submission FOR EACH ROW
    WHEN ((OLD."contentId", OLD."userId", OLD."createdAt", OLD.id)
        IS DISTINCT FROM (NEW."contentId", NEW."userId", NEW."createdAt", NEW.id))
    EXECUTE FUNCTION training_key_of_updated('assignment_submission_key', 'contentId', 'userId');

-- ── months ─────────────────────────────────────────────────────────────────────────────────────────────────────

-- Makes the month of `moment` and moves its rows there from the default partition. False when it exists already.
CREATE FUNCTION training_make_month(root regclass, moment timestamp) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    first timestamp := date_trunc('month', moment);
    home name;
    parent name;
    month text;
    span text;
    moved bigint;
BEGIN
    SELECT nspname, relname INTO STRICT home, parent
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE pg_class.oid = root;
    month := format('%I.%I', home, parent || to_char(first, '_YYYY_MM'));
    span := format('"createdAt" >= %L AND "createdAt" < %L', first, first + interval '1 month');

    -- Writers wait at the root, readers do not. A writer that had chosen the default partition before ATTACH would
    -- be refused after it (23514). Attempts before answers, as an application writes them.
    IF parent IN ('quiz_attempt', 'quiz_attempt_answer') THEN
        EXECUTE format('LOCK TABLE ONLY %1$I.quiz_attempt, ONLY %1$I.quiz_attempt_answer'
            ' IN SHARE ROW EXCLUSIVE MODE', home);
    ELSE
        EXECUTE format('LOCK TABLE ONLY %I.%I IN SHARE ROW EXCLUSIVE MODE', home, parent);
    END IF;
    IF to_regclass(month) IS NOT NULL THEN
        RETURN false;
    END IF;

    EXECUTE format('CREATE TABLE %s (LIKE %I.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', month, home, parent);
    EXECUTE format('INSERT INTO %s SELECT * FROM %I.%I WHERE %s', month, home, parent || '_default', span);
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved > 0 THEN
        IF parent = 'quiz_attempt' THEN
            -- the DELETE below cascades into the answers of the attempts that move
            EXECUTE format('CREATE UNLOGGED TABLE %1$I.quiz_attempt_answer_carried AS'
                ' SELECT a.* FROM %1$I.quiz_attempt_answer AS a JOIN %2$s AS m'
                ' ON m.id = a."attemptId" AND m."createdAt" = a."attemptCreatedAt"', home, month);
        END IF;
        -- named directly, the default partition fires none of the key triggers: the keys do not change
        EXECUTE format('DELETE FROM %I.%I WHERE %s', home, parent || '_default', span);
    END IF;
    EXECUTE format('ALTER TABLE %I.%I ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)',
        home, parent, month, first, first + interval '1 month');
    IF moved > 0 AND parent = 'quiz_attempt' THEN
        EXECUTE format('INSERT INTO %1$I.quiz_attempt_answer SELECT * FROM %1$I.quiz_attempt_answer_carried', home);
        EXECUTE format('DROP TABLE %I.quiz_attempt_answer_carried', home);
    END IF;
    RETURN true;
END
$$;

-- This month, the months ahead, and those that rows in the default partition wait for. Returns how many were made.
-- Run it daily by the tables' owner, and before a bulk load. Yields (55P03) to a writer that holds on for long:
-- it waits less than deadlock_timeout, so that it is never the other side that is cancelled.
CREATE FUNCTION training_prepare_months(root regclass, months_ahead int) RETURNS int
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '900ms' AS $$
DECLARE
    this_month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    home name;
    parent name;
    wanted timestamp;
    made int := 0;
BEGIN
    SELECT nspname, relname INTO STRICT home, parent
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE pg_class.oid = root;
    FOR wanted IN EXECUTE format(
        'SELECT date_trunc(''month'', "createdAt") FROM %I.%I'
        ' WHERE "createdAt" >= ''1900-01-01'' AND "createdAt" < ''3000-01-01''
          UNION SELECT $1 + make_interval(months => n) FROM generate_series(0, $2) AS n ORDER BY 1',
        home, parent || '_default') USING this_month, months_ahead
    LOOP
        EXECUTE format('SELECT %I.training_make_month($1, $2)::int + $3', home) USING root, wanted, made INTO made;
    END LOOP;
    RETURN made;
END
$$;

-- Before this moment (milliseconds since 1970, UTC) no session tries to make a month. A sequence, because its value
-- is seen by all at once and survives a rollback.
CREATE SEQUENCE training_month_retry MINVALUE 0 START 0;

-- At commit, for each row that fell into the default partition. Whatever stands in the way, the row stays where it
-- is and the transaction goes on: the next row that falls there, or prepare_*_partitions(), tries again.
-- Dates outside of 1900 to 2999 are mistakes and stay, or one bad client could fill the catalogue.
CREATE FUNCTION training_move_to_month() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '50ms' AS $$
DECLARE
    month text := TG_ARGV[0] || to_char(NEW."createdAt", '_YYYY_MM'); -- NULL for infinity
    retry text := format('%I.training_month_retry', TG_TABLE_SCHEMA);
    may_try boolean;
BEGIN
    IF NEW."createdAt" < '1900-01-01' OR NEW."createdAt" >= '3000-01-01'
        OR to_regclass(quote_ident(TG_TABLE_SCHEMA) || '.' || quote_ident(month)) IS NOT NULL
    THEN
        RETURN NULL;
    END IF;
    -- one session a tenant: two of them would wait for each other's rows
    EXECUTE format('SELECT last_value <= extract(epoch FROM clock_timestamp()) * 1000'
        ' AND pg_try_advisory_xact_lock(hashtext(''coursewright month''), $1) FROM %s', retry)
        INTO may_try USING to_regnamespace(quote_ident(TG_TABLE_SCHEMA))::oid::int;
    IF may_try THEN
        BEGIN
            EXECUTE format('SELECT %I.training_make_month($1, $2)', TG_TABLE_SCHEMA)
                USING format('%I.%I', TG_TABLE_SCHEMA, TG_ARGV[0])::regclass, NEW."createdAt";
        EXCEPTION WHEN OTHERS THEN
            PERFORM setval(retry, (extract(epoch FROM clock_timestamp()) * 1000)::bigint + 1000);
            IF SQLSTATE NOT IN ('55P03', '55006', '40P01', '23514') THEN -- busy: expected, and heals by itself
                RAISE WARNING 'rows stay in %_default: % (%)', TG_ARGV[0], SQLERRM, SQLSTATE;
            END IF;
        END;
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION training_move_to_month() FROM PUBLIC;

CREATE FUNCTION create_course_content_progress_partition(month DATE) RETURNS boolean
LANGUAGE SQL BEGIN ATOMIC
    SELECT training_make_month('course_content_progress'::regclass, month::timestamp);
END;
CREATE FUNCTION prepare_course_content_progress_partitions(months_ahead INT DEFAULT 3) RETURNS int
LANGUAGE SQL BEGIN ATOMIC
    SELECT training_prepare_months('course_content_progress'::regclass, months_ahead);
END;
CREATE CONSTRAINT TRIGGER course_content_progress_to_month AFTER INSERT OR UPDATE OF "createdAt" ON course_content_progress_default
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION training_move_to_month('course_content_progress');

CREATE FUNCTION create_quiz_attempt_partition(month DATE) RETURNS boolean
LANGUAGE SQL BEGIN ATOMIC
    SELECT training_make_month('quiz_attempt'::regclass, month::timestamp);
END;
CREATE FUNCTION prepare_quiz_attempt_partitions(months_ahead INT DEFAULT 3) RETURNS int
LANGUAGE SQL BEGIN ATOMIC
    SELECT training_prepare_months('quiz_attempt'::regclass, months_ahead);
END;
CREATE CONSTRAINT TRIGGER quiz_attempt_to_month AFTER INSERT OR UPDATE OF "createdAt" ON quiz_attempt_default
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION training_move_to_month('quiz_attempt');

CREATE FUNCTION create_quiz_attempt_answer_partition(month DATE) RETURNS boolean
LANGUAGE SQL BEGIN ATOMIC
    SELECT training_make_month('quiz_attempt_answer'::regclass, month::timestamp);
END;
CREATE FUNCTION prepare_quiz_attempt_answer_partitions(months_ahead INT DEFAULT 3) RETURNS int
LANGUAGE SQL BEGIN ATOMIC
    SELECT training_prepare_months('quiz_attempt_answer'::regclass, months_ahead);
END;
CREATE CONSTRAINT TRIGGER quiz_attempt_answer_to_month AFTER INSERT OR UPDATE OF "createdAt" ON quiz_attempt_answer_default
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION training_move_to_month('quiz_attempt_answer');

CREATE FUNCTION create_assignment_submission_partition(month DATE) RETURNS boolean
LANGUAGE SQL BEGIN ATOMIC
    SELECT training_make_month('assignment_submission'::regclass, month::timestamp);
END;
CREATE FUNCTION prepare_assignment_submission_partitions(months_ahead INT DEFAULT 3) RETURNS int
LANGUAGE SQL BEGIN ATOMIC
    SELECT training_prepare_months('assignment_submission'::regclass, months_ahead);
END;
CREATE CONSTRAINT TRIGGER assignment_submission_to_month AFTER INSERT OR UPDATE OF "createdAt" ON assignment_submission_default
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION training_move_to_month('assignment_submission');
