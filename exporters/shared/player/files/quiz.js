/* A quiz from its cover to its result: one question at a time, kept after each. */
(function (cw) {
  'use strict';

  const LATE = [300, 60]; // seconds before the end at which the time left is said aloud

  cw.Quiz = class {
    /** `player` keeps progress: .progress, .save(), .answered(interactions), .show(content). */
    constructor(content, player) {
      this.content = content;
      this.quiz = content.quiz;
      this.player = player;
      this.spent = this.quiz.questions.map(() => 0);
      this.place = cw.el('div', { class: 'quiz' });
    }

    get record() {
      return this.player.progress.record(this.content);
    }

    get attempt() {
      return this.record.attempt;
    }

    /** Draws where the learner is: on the cover, or on it with a result. */
    open() {
      if (this.isOpen() && this.isLate()) this.handIn(true);
      else this.cover();
      return this.place;
    }

    close() {
      clearInterval(this.timer);
      this.measure();
    }

    isOpen() {
      return Boolean(this.attempt && this.attempt.open);
    }

    draw(...children) {
      this.measure();
      this.place.replaceChildren(...children.filter(Boolean));
    }

    // ── cover ────────────────────────────────────────────────────────────────────────────────────

    cover() {
      const left = this.player.progress.attemptsLeft(this.content);
      const label = this.isOpen() ? 'resume' : this.record.attempts ? 'again' : 'start';
      this.draw(
        this.quiz.title === this.content.title ? null : cw.el('h2', {}, this.quiz.title),
        this.quiz.description ? cw.el('div', { class: 'prose', html: this.quiz.description }) : null,
        this.before(),
        cw.facts(this.known()),
        left > 0 || this.isOpen() ? cw.button(cw.say(label), () => this.begin(), { class: 'primary' })
          : cw.el('p', { class: 'note' }, cw.say('noAttempts')),
        this.reviewed(this.quiz.review));
    }

    known() {
      const { attempts, minutes, passing, questions } = this.quiz;
      const graded = cw.grading.most(this.quiz) > 0;
      return [
        [cw.say('questions'), cw.number(questions.length)],
        [cw.say('points'), graded ? cw.number(cw.grading.most(this.quiz) / 100) : null],
        [cw.say('toPass'), graded ? cw.percent(passing) : null],
        [cw.say('timeLimit'), minutes === null ? null : cw.say('minutes', { n: cw.number(minutes) })],
        [cw.say('attempts'), attempts === null ? cw.say('unlimited')
          : cw.say('attemptsUsed', { used: cw.number(this.record.attempts), most: cw.number(attempts) })],
      ];
    }

    /** What is known of earlier attempts, once there were some. */
    before() {
      if (!this.record.attempts || this.isOpen()) return null;
      if (!this.quiz.showsResult) return cw.el('p', { class: 'note' }, cw.say('handedIn'));
      const state = this.record.passed ? 'passed' : 'failed';
      return cw.el('div', { class: 'result ' + (this.record.passed ? 'good' : 'poor') },
        cw.el('p', { class: 'verdict' }, cw.icon(this.record.passed ? 'right' : 'wrong'), cw.say(state)),
        cw.facts([[cw.say('bestScore'), cw.percent(this.record.best / 100)]]));
    }

    reviewed(allowed) {
      return allowed && this.attempt && !this.attempt.open ? cw.review(this.quiz, this.attempt.answers, this.order()) : null;
    }

    begin() {
      if (!this.isOpen()) {
        const seconds = this.quiz.minutes === null ? null : this.quiz.minutes * 60;
        this.record.attempt = {
          open: true, seed: 1 + Math.floor(Math.random() * 0x7ffffffe), at: 0,
          deadline: seconds === null ? null : Math.floor(Date.now() / 1000) + seconds,
          answers: this.quiz.questions.map(() => null),
        };
        this.player.save();
      }
      this.ask();
    }

    // ── questions ────────────────────────────────────────────────────────────────────────────────

    /** The places of the questions as they are asked: the author's order, or one that the seed fixes. */
    order() {
      const places = this.quiz.questions.map((question, place) => place);
      if (!this.quiz.shuffle) return places;
      let seed = this.attempt.seed;
      const random = () => (seed = (seed * 48271) % 0x7fffffff) / 0x7fffffff; // Park and Miller's generator
      for (let last = places.length - 1; last > 0; last -= 1) {
        const other = Math.floor(random() * (last + 1));
        [places[last], places[other]] = [places[other], places[last]];
      }
      return places;
    }

    ask(problem) {
      const order = this.order();
      const { at, answers } = this.attempt;
      const heading = cw.say('question', { n: cw.number(at + 1), all: cw.number(order.length) });
      const field = cw.ask(this.quiz.questions[order[at]], answers[order[at]], heading, (answer) => {
        answers[order[at]] = answer;
      });
      const last = at === order.length - 1;
      this.draw(
        this.countdown(),
        cw.el('progress', { max: order.length, value: at + 1, 'aria-label': heading }),
        cw.el('form', { novalidate: true, onsubmit: (event) => this.forward(event) },
          problem ? cw.el('p', { class: 'problem', role: 'alert' }, problem) : null,
          field,
          cw.el('div', { class: 'steps' },
            at > 0 ? cw.button(cw.say('previousQuestion'), () => this.turn(-1)) : null,
            cw.el('button', { class: 'primary' }, cw.say(last ? 'handInQuiz' : 'nextQuestion')))));
      this.began = { place: order[at], seconds: cw.clock.seconds() };
      field.querySelector('legend').focus();
    }

    /** Adds the time since the question was drawn to what it took. */
    measure() {
      if (!this.began) return;
      this.spent[this.began.place] += cw.clock.seconds() - this.began.seconds;
      this.began = null;
    }

    turn(step) {
      this.attempt.at += step;
      this.player.save();
      this.ask();
    }

    forward(event) {
      event.preventDefault();
      if (!this.isOpen()) return;
      const order = this.order();
      if (this.lacks(order[this.attempt.at])) this.ask(cw.say('missing'));
      else if (this.attempt.at < order.length - 1) this.turn(1);
      else this.end(order);
    }

    lacks(place) {
      const question = this.quiz.questions[place];
      return question.required && !cw.grading.isGiven(question, this.attempt.answers[place]);
    }

    end(order) {
      const missing = order.flatMap((place, at) => (this.lacks(place) ? [at] : []));
      if (!missing.length) return this.handIn(false);
      this.attempt.at = missing[0];
      return this.ask(cw.say('missingSome', { list: missing.map((at) => cw.number(at + 1)).join(', ') }));
    }

    // ── time ─────────────────────────────────────────────────────────────────────────────────────

    isLate() {
      return this.attempt.deadline !== null && Date.now() / 1000 >= this.attempt.deadline;
    }

    countdown() {
      clearInterval(this.timer);
      if (this.attempt.deadline === null) return null;
      // The learner's clock says when time is up after a break; while the page is open nobody can turn it back.
      const left = this.attempt.deadline - Date.now() / 1000;
      const end = cw.clock.seconds() + left;
      const shown = cw.el('span', { class: 'digits' }, cw.clock.left(left));
      const warnings = LATE.filter((seconds) => seconds < left);
      this.timer = setInterval(() => this.tick(end - cw.clock.seconds(), shown, warnings), 250);
      return cw.el('p', { class: 'countdown', role: 'timer' }, cw.say('timeLeft') + ' ', shown);
    }

    tick(left, shown, warnings) {
      shown.textContent = cw.clock.left(left);
      if (left <= warnings[0]) cw.announce(cw.say('minutesLeft', { n: warnings.shift() / 60 }));
      if (left <= 0) this.handIn(true);
    }

    // ── result ───────────────────────────────────────────────────────────────────────────────────

    handIn(late) {
      clearInterval(this.timer);
      this.measure();
      const { attempt, quiz } = this;
      attempt.open = false;
      const score = cw.grading.score(quiz, attempt.answers);
      this.player.progress.handIn(this.content, score);
      this.player.answered(this.order().map((place) =>
        cw.interaction(this.content, quiz.questions[place], attempt.answers[place], this.spent[place])));
      this.spent = quiz.questions.map(() => 0);
      const heading = cw.el('h2', { tabindex: '-1' }, cw.say('result'));
      const left = this.player.progress.attemptsLeft(this.content);
      this.draw(heading,
        late ? cw.el('p', { class: 'note' }, cw.say('timeOver')) : null,
        cw.result(quiz, score),
        left > 0 ? cw.button(cw.say('again'), () => this.begin()) : cw.el('p', { class: 'quiet' }, cw.say('noAttempts')),
        this.reviewed(quiz.review || quiz.showsRight));
      this.player.save();
      heading.focus();
    }
  };
})(window.coursewright);
