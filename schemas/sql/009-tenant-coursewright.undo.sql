-- Forgets author keys, digests and history; the content itself stays. Publishing afterwards makes new rows.

ALTER TABLE quiz_question_option DROP COLUMN "matchText";
ALTER TABLE course_content_detail DROP COLUMN "richTextSource";
DROP TABLE coursewright_media;
DROP TABLE coursewright_item;
ALTER TABLE coursewright_release DROP CONSTRAINT fk_coursewright_release_bundle;
DROP TABLE coursewright_bundle;
DROP TABLE coursewright_release;
