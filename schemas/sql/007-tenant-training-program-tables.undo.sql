-- Everything 007 made, with all rows. 008 and 009 are undone first.

ALTER TABLE training_program_enrollment DROP CONSTRAINT fk_enrollment_certificate;
ALTER TABLE course_content_detail DROP CONSTRAINT fk_content_detail_quiz;
DROP TABLE training_program_prerequisite;
DROP TABLE training_program_tag;
DROP TABLE training_program_instructor;
DROP TABLE certificate;
DROP TABLE training_program_rating;
DROP TABLE assignment_submission;
DROP TABLE quiz_attempt_answer;
DROP TABLE quiz_attempt;
DROP TABLE course_content_progress;
DROP TABLE training_program_enrollment;
DROP TABLE quiz_question_option;
DROP TABLE quiz_question;
DROP TABLE quiz;
DROP TABLE course_content_detail;
DROP TABLE course_content;
DROP TABLE course_section;
DROP TABLE training_program_course;
DROP TABLE course;
DROP TABLE training_program;
DROP TYPE certificate_status_enum;
DROP TYPE progress_status_enum;
DROP TYPE quiz_question_type_enum;
DROP TYPE enrollment_status_enum;
DROP TYPE content_type_enum;
DROP TYPE course_status_enum;
