/* How far the learner is: what is done, every quiz's record, and what both mean by the unit's rules. */
(function (cw) {
  'use strict';

  /** All contents of the unit in order, each with its section and course. */
  cw.contents = cw.data.courses.flatMap((course) => course.sections.flatMap((section) =>
    section.contents.map((content) => Object.assign(content, { section: section, course: course }))));

  /** A share as a percentage, without what binary fractions add: 0.07 × 100 is more than 7 to them. */
  cw.asPercent = (share) => Math.round(share * 1e6) / 1e4;

  const NEW = { attempts: 0, best: 0, passed: false, attempt: null };

  /** `mastery` is the percentage a platform asks for; null where it leaves that to the course. */
  cw.Progress = class {
    constructor(mastery) {
      this.done = new Set();
      this.quizzes = new Map();
      this.mastery = mastery === null ? cw.data.rules.mastery : mastery;
    }

    record(content) {
      if (!this.quizzes.has(content.id)) this.quizzes.set(content.id, { ...NEW });
      return this.quizzes.get(content.id);
    }

    isDone(content) {
      return content.quiz ? this.handedIn(content) : this.done.has(content.id);
    }

    handedIn(content) {
      return this.quizzes.has(content.id) && this.record(content).attempts > 0;
    }

    /** Takes an attempt's result in; the best one counts. */
    handIn(content, score) {
      const record = this.record(content);
      record.attempts += 1;
      record.best = Math.max(record.best, score);
      record.passed = record.passed || score >= Math.round(content.quiz.passing * 100);
    }

    attemptsLeft(content) {
      const most = content.quiz.attempts;
      return most === null ? Infinity : most - this.record(content).attempts;
    }

    /** What platforms are told: finished, how far (0–1), passed or not (null: not judged yet), score (0–100), final. */
    verdict() {
      const graded = cw.contents.filter((content) => content.quiz && cw.grading.most(content.quiz) > 0);
      const judged = graded.length > 0 && graded.every((content) => this.handedIn(content));
      const score = judged ? this.score(graded) : null;
      const needed = this.needed();
      const done = needed.filter((content) => this.isDone(content)).length;
      return {
        finished: done === needed.length,
        progress: Math.floor((done * 100) / needed.length) / 100,
        graded: graded.length > 0,
        passed: judged ? this.passes(graded, score) : null,
        score: score,
        final: judged && graded.every((content) => this.attemptsLeft(content) < 1),
      };
    }

    needed() {
      const quizzes = cw.contents.filter((content) => content.quiz);
      return cw.data.rules.completion === 'quizzes' && quizzes.length ? quizzes : cw.contents;
    }

    passes(graded, score) {
      return this.mastery === null ? graded.every((content) => this.record(content).passed) : score >= this.mastery;
    }

    /** Percent of all points, from each quiz's best attempt, two decimals, rounded down. */
    score(graded) {
      const most = graded.map((content) => cw.grading.most(content.quiz));
      const sum = graded.reduce((total, content, at) => total + this.record(content).best * most[at], 0);
      return Math.floor(sum / most.reduce((total, points) => total + points, 0)) / 100;
    }
  };
})(window.coursewright);
