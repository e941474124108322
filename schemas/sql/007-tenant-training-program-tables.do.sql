-- The owner's tables as designed (docs/adr/0002 lists every place where PostgreSQL made them differ, and why).
-- Names are unqualified: run with search_path set to the tenant's schema. main.users and tenant_lookups exist.

DO $$
BEGIN
    IF current_setting('server_version_num')::int < 150000 THEN
        -- 14 turns an update that moves a row between months into a delete, which would cascade into the answers
        RAISE EXCEPTION 'coursewright needs PostgreSQL 15 or later, this is %', current_setting('server_version');
    END IF;
END
$$;

CREATE TYPE course_status_enum AS ENUM ('draft', 'published', 'archived', 'suspended');
CREATE TYPE content_type_enum AS ENUM (
    'video', 'pdf', 'quiz', 'rich_text', 'assignment', 'live_session', 'downloadable_resource'
);
CREATE TYPE enrollment_status_enum AS ENUM ('enrolled', 'in_progress', 'completed', 'dropped', 'certified');
CREATE TYPE quiz_question_type_enum AS ENUM (
    'multiple_choice', 'true_false', 'short_answer', 'essay', 'fill_in_blank', 'matching'
);
CREATE TYPE progress_status_enum AS ENUM ('not_started', 'in_progress', 'completed', 'skipped');
CREATE TYPE certificate_status_enum AS ENUM ('pending', 'issued', 'revoked');

-- Main container for training programs (can contain multiple courses)
CREATE TABLE training_program (
    id SERIAL PRIMARY KEY,
    title VARCHAR(255) NOT NULL,
    description TEXT,
    "thumbnailKey" VARCHAR(500), -- S3/storage key for thumbnail image
    "instructorId" INT NOT NULL REFERENCES main.users (id) ON DELETE RESTRICT,
    -- Primary instructor/creator
    "categoryId" INT REFERENCES tenant_lookups (id) ON DELETE SET NULL,
    -- Training category (using tenant_lookups)
    "difficultyLevelId" INT REFERENCES tenant_lookups (id) ON DELETE SET NULL,
    -- Beginner, Intermediate, Advanced (using tenant_lookups)
    "estimatedDuration" INT, -- Total estimated hours
    "isPublished" BOOLEAN DEFAULT FALSE NOT NULL,
    "publishedAt" TIMESTAMP,
    "status" course_status_enum DEFAULT 'draft' NOT NULL,
    "isFree" BOOLEAN DEFAULT FALSE NOT NULL,
    "price" DECIMAL(10, 2), -- If not free
    "currency" VARCHAR(3) DEFAULT 'USD',
    "language" VARCHAR(10) DEFAULT 'en',
    "rating" DECIMAL(3, 2) DEFAULT 0.00, -- Average rating (0-5)
    "totalRatings" INT DEFAULT 0,
    "totalEnrollments" INT DEFAULT 0,
    "totalCompletions" INT DEFAULT 0,
    "sortOrder" INT DEFAULT 0 NOT NULL,
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL
);
CREATE INDEX idx_training_program_instructor ON training_program ("instructorId", "createdAt" DESC);
CREATE INDEX idx_training_program_category ON training_program ("categoryId", "createdAt" DESC);
CREATE INDEX idx_training_program_status ON training_program ("status", "isPublished", "createdAt" DESC);
CREATE INDEX idx_training_program_archived ON training_program ("isArchived", "archivedAt") WHERE "isArchived" = FALSE;

-- Individual courses (can be included in multiple training programs)
CREATE TABLE course (
    id SERIAL PRIMARY KEY,
    title VARCHAR(255) NOT NULL,
    description TEXT,
    "thumbnailKey" VARCHAR(500),
    "instructorId" INT NOT NULL REFERENCES main.users (id) ON DELETE RESTRICT,
    "estimatedDuration" INT, -- Minutes
    "isPublished" BOOLEAN DEFAULT FALSE NOT NULL,
    "publishedAt" TIMESTAMP,
    "status" course_status_enum DEFAULT 'draft' NOT NULL,
    "prerequisiteCourseId" INT REFERENCES course (id) ON DELETE SET NULL,
    -- For course dependencies
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL
);
CREATE INDEX idx_course_instructor ON course ("instructorId", "createdAt" DESC);
CREATE INDEX idx_course_status ON course ("status", "isPublished", "createdAt" DESC);
CREATE INDEX idx_course_prerequisite ON course ("prerequisiteCourseId");
CREATE INDEX idx_course_archived ON course ("isArchived", "archivedAt") WHERE "isArchived" = FALSE;

-- Many-to-many relationship between training programs and courses
CREATE TABLE training_program_course (
    id SERIAL PRIMARY KEY,
    "trainingProgramId" INT NOT NULL REFERENCES training_program (id) ON DELETE CASCADE,
    "courseId" INT NOT NULL REFERENCES course (id) ON DELETE CASCADE,
    "sortOrder" INT DEFAULT 0 NOT NULL,
    -- Order of course within this specific program
    "isRequired" BOOLEAN DEFAULT TRUE NOT NULL,
    -- Whether this course is required in the program
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    CONSTRAINT unique_program_course UNIQUE ("trainingProgramId", "courseId")
);
CREATE INDEX idx_program_course_program ON training_program_course ("trainingProgramId", "sortOrder");
CREATE INDEX idx_program_course_course ON training_program_course ("courseId", "createdAt" DESC);

-- Sections within a course to organize content items
CREATE TABLE course_section (
    id SERIAL PRIMARY KEY,
    "courseId" INT NOT NULL REFERENCES course (id) ON DELETE CASCADE,
    title VARCHAR(255) NOT NULL,
    description TEXT,
    "sortOrder" INT DEFAULT 0 NOT NULL,
    "isPublished" BOOLEAN DEFAULT FALSE NOT NULL,
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL
);
CREATE INDEX idx_course_section_course ON course_section ("courseId", "sortOrder");
CREATE INDEX idx_course_section_archived ON course_section ("isArchived", "archivedAt") WHERE "isArchived" = FALSE;

-- Individual content items within a course section (videos, PDFs, quizzes, etc.)
CREATE TABLE course_content (
    id SERIAL PRIMARY KEY,
    "sectionId" INT NOT NULL REFERENCES course_section (id) ON DELETE CASCADE,
    title VARCHAR(255) NOT NULL,
    description TEXT,
    "contentType" content_type_enum NOT NULL,
    "sortOrder" INT DEFAULT 0 NOT NULL,
    "isPublished" BOOLEAN DEFAULT FALSE NOT NULL,
    "isPreview" BOOLEAN DEFAULT FALSE NOT NULL,
    -- Free preview content
    "estimatedDuration" INT, -- Minutes (for videos, reading time, etc.)
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL
);
CREATE INDEX idx_course_content_section ON course_content ("sectionId", "sortOrder");
CREATE INDEX idx_course_content_type ON course_content ("contentType", "isPublished");
CREATE INDEX idx_course_content_archived ON course_content ("isArchived", "archivedAt") WHERE "isArchived" = FALSE;

-- Type-specific details for each content item (polymorphic approach)
CREATE TABLE course_content_detail (
    id SERIAL PRIMARY KEY,
    "contentId" INT NOT NULL REFERENCES course_content (id) ON DELETE CASCADE,
    "contentType" content_type_enum NOT NULL,
    -- Redundant but useful for queries
    -- Video-specific fields
    "videoUrl" VARCHAR(500),
    "videoKey" VARCHAR(500), -- S3/storage key
    "thumbnailKey" VARCHAR(500),
    "transcript" TEXT,
    "subtitleUrl" VARCHAR(500),
    "videoDuration" INT, -- Seconds
    -- PDF/Document-specific fields
    "documentUrl" VARCHAR(500),
    "documentKey" VARCHAR(500),
    "pageCount" INT,
    -- Rich Text fields
    "richTextContent" TEXT, -- HTML/JSON content
    -- Quiz reference (if contentType = 'quiz')
    "quizId" INT, -- References quiz table
    -- Assignment fields
    "assignmentInstructions" TEXT,
    "maxScore" DECIMAL(10, 2),
    "passingScore" DECIMAL(10, 2),
    "dueDate" TIMESTAMP,
    -- Live Session fields
    "sessionUrl" VARCHAR(500),
    "scheduledAt" TIMESTAMP,
    "duration" INT, -- Minutes
    -- Downloadable Resource fields
    "resourceUrl" VARCHAR(500),
    "resourceKey" VARCHAR(500),
    "fileSize" BIGINT,
    "mimeType" VARCHAR(100),
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    CONSTRAINT unique_content_detail UNIQUE ("contentId")
);
CREATE INDEX idx_content_detail_content ON course_content_detail ("contentId");
CREATE INDEX idx_content_detail_type ON course_content_detail ("contentType");
CREATE INDEX idx_content_detail_quiz ON course_content_detail ("quizId") WHERE "quizId" IS NOT NULL;

-- Quiz container (referenced by course_content when contentType = 'quiz')
CREATE TABLE quiz (
    id SERIAL PRIMARY KEY,
    title VARCHAR(255) NOT NULL,
    description TEXT,
    "timeLimit" INT, -- Minutes (NULL = no limit)
    "passingScore" DECIMAL(5, 2) DEFAULT 60.00 NOT NULL,
    -- Percentage required to pass
    "maxAttempts" INT, -- NULL = unlimited
    "isRandomized" BOOLEAN DEFAULT FALSE NOT NULL,
    -- Randomize question order
    "showCorrectAnswers" BOOLEAN DEFAULT TRUE NOT NULL,
    "showResultsImmediately" BOOLEAN DEFAULT TRUE NOT NULL,
    "allowReview" BOOLEAN DEFAULT TRUE NOT NULL,
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL
);

-- Questions within a quiz
CREATE TABLE quiz_question (
    id SERIAL PRIMARY KEY,
    "quizId" INT NOT NULL REFERENCES quiz (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    "questionType" quiz_question_type_enum NOT NULL,
    "points" DECIMAL(5, 2) DEFAULT 1.00 NOT NULL,
    "sortOrder" INT DEFAULT 0 NOT NULL,
    "explanation" TEXT,
    -- Explanation shown after answering
    "isRequired" BOOLEAN DEFAULT TRUE NOT NULL,
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL
);
CREATE INDEX idx_quiz_question_quiz ON quiz_question ("quizId", "sortOrder");
CREATE INDEX idx_quiz_question_type ON quiz_question ("questionType");

-- Answer options for quiz questions (for multiple choice, true/false, matching)
CREATE TABLE quiz_question_option (
    id SERIAL PRIMARY KEY,
    "questionId" INT NOT NULL REFERENCES quiz_question (id) ON DELETE CASCADE,
    option_text TEXT NOT NULL,
    "isCorrect" BOOLEAN DEFAULT FALSE NOT NULL,
    "sortOrder" INT DEFAULT 0 NOT NULL,
    "imageKey" VARCHAR(500),
    -- For image-based options
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL
);
CREATE INDEX idx_quiz_option_question ON quiz_question_option ("questionId", "sortOrder");

-- User enrollments in training programs
CREATE TABLE training_program_enrollment (
    id SERIAL PRIMARY KEY,
    "trainingProgramId" INT NOT NULL REFERENCES training_program (id) ON DELETE CASCADE,
    "userId" INT NOT NULL REFERENCES main.users (id) ON DELETE CASCADE,
    "status" enrollment_status_enum DEFAULT 'enrolled' NOT NULL,
    "enrolledAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "startedAt" TIMESTAMP,
    "completedAt" TIMESTAMP,
    "progressPercentage" DECIMAL(5, 2) DEFAULT 0.00 NOT NULL,
    -- Overall progress (0-100)
    "lastAccessedAt" TIMESTAMP,
    "certificateId" INT,
    -- References certificate table if certified
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    CONSTRAINT unique_program_user_enrollment UNIQUE ("trainingProgramId", "userId")
);
CREATE INDEX idx_enrollment_program ON training_program_enrollment ("trainingProgramId", "status", "enrolledAt" DESC);
CREATE INDEX idx_enrollment_user ON training_program_enrollment ("userId", "status", "enrolledAt" DESC);
CREATE INDEX idx_enrollment_status ON training_program_enrollment ("status", "completedAt");

-- Track user progress for each content item
CREATE TABLE course_content_progress (
    id BIGSERIAL,
    "contentId" INT NOT NULL REFERENCES course_content (id) ON DELETE CASCADE,
    "userId" INT NOT NULL REFERENCES main.users (id) ON DELETE CASCADE,
    "status" progress_status_enum DEFAULT 'not_started' NOT NULL,
    "progressPercentage" DECIMAL(5, 2) DEFAULT 0.00 NOT NULL,
    -- For videos: watch time percentage
    "timeSpent" INT DEFAULT 0 NOT NULL,
    -- Total seconds spent
    "lastPosition" INT DEFAULT 0,
    -- For videos: last watched position in seconds
    "startedAt" TIMESTAMP,
    "completedAt" TIMESTAMP,
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    PRIMARY KEY (id, "createdAt")
    -- unique_content_user_progress holds across months: 008
) PARTITION BY RANGE ("createdAt");
CREATE TABLE course_content_progress_default PARTITION OF course_content_progress DEFAULT;
CREATE INDEX idx_content_progress_content ON course_content_progress ("contentId", "userId");
CREATE INDEX idx_content_progress_user ON course_content_progress ("userId", "status", "createdAt" DESC);
CREATE INDEX idx_content_progress_status ON course_content_progress ("status", "completedAt");

-- User quiz attempts
CREATE TABLE quiz_attempt (
    id BIGSERIAL,
    "quizId" INT NOT NULL REFERENCES quiz (id) ON DELETE CASCADE,
    "userId" INT NOT NULL REFERENCES main.users (id) ON DELETE CASCADE,
    "attemptNumber" INT DEFAULT 1 NOT NULL,
    "score" DECIMAL(5, 2),
    -- Percentage score
    "totalPoints" DECIMAL(10, 2),
    "earnedPoints" DECIMAL(10, 2),
    "isPassed" BOOLEAN,
    "startedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "submittedAt" TIMESTAMP,
    "timeSpent" INT,
    -- Seconds spent
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    PRIMARY KEY (id, "createdAt")
    -- unique_quiz_user_attempt holds across months: 008
) PARTITION BY RANGE ("createdAt");
CREATE TABLE quiz_attempt_default PARTITION OF quiz_attempt DEFAULT;
CREATE INDEX idx_quiz_attempt_quiz ON quiz_attempt ("quizId", "userId", "attemptNumber");
CREATE INDEX idx_quiz_attempt_user ON quiz_attempt ("userId", "submittedAt" DESC);
CREATE INDEX idx_quiz_attempt_passed ON quiz_attempt ("isPassed", "submittedAt");

-- User answers for quiz questions in each attempt
CREATE TABLE quiz_attempt_answer (
    id BIGSERIAL,
    "attemptId" BIGINT NOT NULL,
    "attemptCreatedAt" TIMESTAMP NOT NULL,
    "questionId" INT NOT NULL REFERENCES quiz_question (id) ON DELETE CASCADE,
    "selectedOptionId" INT REFERENCES quiz_question_option (id) ON DELETE SET NULL,
    -- For multiple choice, true/false
    "textAnswer" TEXT,
    -- For short answer, essay, fill in blank
    "isCorrect" BOOLEAN,
    "pointsEarned" DECIMAL(5, 2) DEFAULT 0.00,
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    PRIMARY KEY (id, "createdAt"),
    CONSTRAINT fk_quiz_attempt_answer_attempt FOREIGN KEY ("attemptId", "attemptCreatedAt")
        REFERENCES quiz_attempt (id, "createdAt") ON UPDATE CASCADE ON DELETE CASCADE
    -- unique_attempt_question_answer holds across months: 008
) PARTITION BY RANGE ("createdAt");
CREATE TABLE quiz_attempt_answer_default PARTITION OF quiz_attempt_answer DEFAULT;
CREATE INDEX idx_attempt_answer_attempt ON quiz_attempt_answer ("attemptId", "attemptCreatedAt", "questionId");
CREATE INDEX idx_attempt_answer_question ON quiz_attempt_answer ("questionId", "isCorrect");

-- User assignment submissions
CREATE TABLE assignment_submission (
    id BIGSERIAL,
    "contentId" INT NOT NULL REFERENCES course_content (id) ON DELETE CASCADE,
    "userId" INT NOT NULL REFERENCES main.users (id) ON DELETE CASCADE,
    "submissionText" TEXT,
    "submissionFileKey" VARCHAR(500),
    -- S3/storage key for uploaded file
    "submittedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "gradedAt" TIMESTAMP,
    "gradedBy" INT REFERENCES main.users (id) ON DELETE SET NULL,
    "score" DECIMAL(10, 2),
    "maxScore" DECIMAL(10, 2),
    "feedback" TEXT,
    "status" VARCHAR(50) DEFAULT 'submitted',
    -- 'submitted', 'graded', 'returned', 'resubmitted'
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    PRIMARY KEY (id, "createdAt")
    -- unique_content_user_submission holds across months: 008
) PARTITION BY RANGE ("createdAt");
CREATE TABLE assignment_submission_default PARTITION OF assignment_submission DEFAULT;
CREATE INDEX idx_assignment_submission_content ON assignment_submission ("contentId", "submittedAt" DESC);
CREATE INDEX idx_assignment_submission_user ON assignment_submission ("userId", "submittedAt" DESC);
CREATE INDEX idx_assignment_submission_status ON assignment_submission ("status", "gradedAt");

-- User ratings and reviews for training programs
CREATE TABLE training_program_rating (
    id SERIAL PRIMARY KEY,
    "trainingProgramId" INT NOT NULL REFERENCES training_program (id) ON DELETE CASCADE,
    "userId" INT NOT NULL REFERENCES main.users (id) ON DELETE CASCADE,
    rating INT NOT NULL CHECK (rating >= 1 AND rating <= 5),
    review TEXT,
    "isVerified" BOOLEAN DEFAULT FALSE NOT NULL,
    -- Verified purchase/enrollment
    "helpfulCount" INT DEFAULT 0 NOT NULL,
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    CONSTRAINT unique_program_user_rating UNIQUE ("trainingProgramId", "userId")
);
CREATE INDEX idx_program_rating_program ON training_program_rating ("trainingProgramId", "rating", "createdAt" DESC);
CREATE INDEX idx_program_rating_user ON training_program_rating ("userId", "createdAt" DESC);

-- Certificates issued upon program completion
CREATE TABLE certificate (
    id SERIAL PRIMARY KEY,
    "trainingProgramId" INT NOT NULL REFERENCES training_program (id) ON DELETE CASCADE,
    "userId" INT NOT NULL REFERENCES main.users (id) ON DELETE CASCADE,
    "enrollmentId" INT NOT NULL REFERENCES training_program_enrollment (id) ON DELETE CASCADE,
    "certificateNumber" VARCHAR(100) UNIQUE NOT NULL,
    -- Unique certificate identifier
    "certificateUrl" VARCHAR(500),
    -- URL to generated certificate PDF/image
    "certificateKey" VARCHAR(500),
    -- S3/storage key
    "issuedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "issuedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "status" certificate_status_enum DEFAULT 'issued' NOT NULL,
    "revokedAt" TIMESTAMP,
    "revokedBy" INT REFERENCES main.users (id) ON DELETE SET NULL,
    "revocationReason" TEXT,
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    CONSTRAINT unique_program_user_certificate UNIQUE ("trainingProgramId", "userId")
);
CREATE INDEX idx_certificate_program ON certificate ("trainingProgramId", "issuedAt" DESC);
CREATE INDEX idx_certificate_user ON certificate ("userId", "issuedAt" DESC);
CREATE INDEX idx_certificate_status ON certificate ("status", "issuedAt");
CREATE INDEX idx_certificate_number ON certificate ("certificateNumber");

-- Many-to-many relationship for multiple instructors per program
CREATE TABLE training_program_instructor (
    id SERIAL PRIMARY KEY,
    "trainingProgramId" INT NOT NULL REFERENCES training_program (id) ON DELETE CASCADE,
    "instructorId" INT NOT NULL REFERENCES main.users (id) ON DELETE CASCADE,
    "isPrimary" BOOLEAN DEFAULT FALSE NOT NULL,
    "sortOrder" INT DEFAULT 0 NOT NULL,
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    CONSTRAINT unique_program_instructor UNIQUE ("trainingProgramId", "instructorId")
);

-- Tags for training programs (using tenant_lookups)
CREATE TABLE training_program_tag (
    id SERIAL PRIMARY KEY,
    "trainingProgramId" INT NOT NULL REFERENCES training_program (id) ON DELETE CASCADE,
    "tagId" INT NOT NULL REFERENCES tenant_lookups (id) ON DELETE CASCADE,
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    CONSTRAINT unique_program_tag UNIQUE ("trainingProgramId", "tagId")
);

-- Define prerequisite programs/courses
CREATE TABLE training_program_prerequisite (
    id SERIAL PRIMARY KEY,
    "trainingProgramId" INT NOT NULL REFERENCES training_program (id) ON DELETE CASCADE,
    "prerequisiteProgramId" INT NOT NULL REFERENCES training_program (id) ON DELETE CASCADE,
    "isRequired" BOOLEAN DEFAULT TRUE NOT NULL,
    "createdAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "createdBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "updatedAt" TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC') NOT NULL,
    "updatedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    "isArchived" BOOLEAN DEFAULT FALSE NOT NULL,
    "archivedAt" TIMESTAMP DEFAULT NULL,
    "archivedBy" INT DEFAULT NULL REFERENCES main.users (id) ON DELETE SET NULL,
    CONSTRAINT unique_program_prerequisite UNIQUE ("trainingProgramId", "prerequisiteProgramId"),
    CONSTRAINT check_no_self_prerequisite CHECK ("trainingProgramId" != "prerequisiteProgramId")
);

-- These two point forward in the design, so they come when both tables exist
ALTER TABLE course_content_detail
    ADD CONSTRAINT fk_content_detail_quiz FOREIGN KEY ("quizId") REFERENCES quiz (id) ON DELETE SET NULL;
ALTER TABLE training_program_enrollment
    ADD CONSTRAINT fk_enrollment_certificate FOREIGN KEY ("certificateId") REFERENCES certificate (id) ON DELETE SET NULL;
