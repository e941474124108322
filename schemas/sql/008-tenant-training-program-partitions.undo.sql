-- The triggers, functions and key tables of 008. Month tables and every row stay; uniqueness across months is gone
-- until 008 runs again, which fails if duplicates have come in meanwhile.

DROP TRIGGER course_content_progress_to_month ON course_content_progress_default;
DROP FUNCTION prepare_course_content_progress_partitions(int), create_course_content_progress_partition(date);
DROP TRIGGER course_content_progress_key_insert ON course_content_progress;
DROP TRIGGER course_content_progress_key_delete ON course_content_progress;
DROP TRIGGER course_content_progress_key_truncate ON course_content_progress;
DROP TRIGGER course_content_progress_key_update ON course_content_progress;
DROP TABLE course_content_progress_key;
DROP TRIGGER quiz_attempt_to_month ON quiz_attempt_default;
DROP FUNCTION prepare_quiz_attempt_partitions(int), create_quiz_attempt_partition(date);
DROP TRIGGER quiz_attempt_key_insert ON quiz_attempt;
DROP TRIGGER quiz_attempt_key_delete ON quiz_attempt;
DROP TRIGGER quiz_attempt_key_truncate ON quiz_attempt;
DROP TRIGGER quiz_attempt_key_update ON quiz_attempt;
DROP TABLE quiz_attempt_key;
DROP TRIGGER quiz_attempt_answer_to_month ON quiz_attempt_answer_default;
DROP FUNCTION prepare_quiz_attempt_answer_partitions(int), create_quiz_attempt_answer_partition(date);
DROP TRIGGER quiz_attempt_answer_key_insert ON quiz_attempt_answer;
DROP TRIGGER quiz_attempt_answer_key_delete ON quiz_attempt_answer;
DROP TRIGGER quiz_attempt_answer_key_truncate ON quiz_attempt_answer;
DROP TRIGGER quiz_attempt_answer_key_update ON quiz_attempt_answer;
DROP TABLE quiz_attempt_answer_key;
DROP TRIGGER assignment_submission_to_month ON assignment_submission_default;
DROP FUNCTION prepare_assignment_submission_partitions(int), create_assignment_submission_partition(date);
DROP TRIGGER assignment_submission_key_insert ON assignment_submission;
DROP TRIGGER assignment_submission_key_delete ON assignment_submission;
DROP TRIGGER assignment_submission_key_truncate ON assignment_submission;
DROP TRIGGER assignment_submission_key_update ON assignment_submission;
DROP TABLE assignment_submission_key;
DROP FUNCTION training_move_to_month(), training_prepare_months(regclass, int), training_make_month(regclass, timestamp);
DROP SEQUENCE training_month_retry;
DROP FUNCTION training_keys_of_inserted(), training_keys_of_deleted(), training_keys_of_truncated(),
    training_key_of_updated();
