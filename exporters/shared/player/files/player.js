/* The course as the learner walks through it: opens the session, shows one content at a time, keeps progress. */
(function (cw) {
  'use strict';

  class Player {
    constructor(tracking, session) {
      this.tracking = tracking;
      this.session = session;
      this.progress = new cw.Progress(session.mastery);
      cw.state.read(cw.contents, session.state, this.progress);
      this.outline = new cw.Outline((content) => this.show(content));
      this.main = cw.el('main', { id: 'main', tabindex: '-1' });
      this.bar = cw.el('progress', { max: cw.contents.length, value: 0 });
      this.count = cw.el('span', { class: 'count' });
      this.notices = cw.el('div', { class: 'notices' });
    }

    build() {
      document.body.replaceChildren(
        cw.el('a', { class: 'skip', href: '#main' }, cw.say('skip')),
        cw.el('header', {},
          this.outline.toggle,
          cw.el('p', { class: 'title' }, cw.data.title),
          cw.el('div', { class: 'overall' }, this.bar, this.count)),
        cw.el('div', { class: 'frame' }, this.outline.list, cw.el('div', { class: 'stage' }, this.notices, this.main)));
      this.main.addEventListener('click', (event) => this.follow(event));
      if (!this.session.connected) this.notice('notSaved');
      else if (this.session.mode !== 'normal') this.notice(this.session.mode === 'review' ? 'reviewMode' : 'browseMode');
      this.show(this.startingPoint(), true);
    }

    /** Where the platform says the learner was; else the first content that is not done. */
    startingPoint() {
      const find = (test) => cw.contents.find(test);
      return find((content) => content.id === this.session.location) ||
        find((content) => !this.progress.isDone(content)) || cw.contents[0];
    }

    notice(name) {
      if (this.notices.querySelector('[data-name="' + name + '"]')) return;
      this.notices.append(cw.el('p', { class: 'notice', role: 'status', 'data-name': name }, cw.say(name)));
    }

    // ── one content ──────────────────────────────────────────────────────────────────────────────

    show(content, first) {
      this.leaveQuiz();
      this.current = content;
      const heading = cw.el('h1', { tabindex: '-1' }, content.title);
      this.page(content.title,
        this.openings(content),
        cw.el('p', { class: 'kind' }, content.section.title + ' · ' + cw.kind(content)),
        heading,
        content.description ? cw.el('div', { class: 'prose lead', html: content.description }) : null,
        this.body(content),
        this.steps(content));
      this.save();
      if (!first) heading.focus({ preventScroll: true });
    }

    /** What the course and the section say of themselves, before the first content of each. */
    openings(content) {
      const { course, section } = content;
      return [course, section]
        .filter((part) => part.description && content === section.contents[0] && (part === section || section === course.sections[0]))
        .map((part) => cw.el('div', { class: 'opening' }, cw.el('p', { class: 'quiet' }, part.title),
          cw.el('div', { class: 'prose', html: part.description })));
    }

    body(content) {
      if (!content.quiz) return cw.draw[content.type](content);
      this.quiz = new cw.Quiz(content, this);
      return this.quiz.open();
    }

    page(title, ...children) {
      this.outline.open(false);
      this.main.replaceChildren(cw.el('article', {}, ...children));
      document.title = title + ' – ' + cw.data.title;
      window.scrollTo(0, 0);
    }

    steps(content) {
      const at = cw.contents.indexOf(content);
      const last = at === cw.contents.length - 1;
      return cw.el('div', { class: 'steps ways' },
        at > 0 ? cw.button(cw.say('previous'), () => this.show(cw.contents[at - 1])) : null,
        cw.button(cw.say(last ? 'finish' : 'next'), () => this.goOn(content, cw.contents[at + 1]), {
          class: content.quiz ? '' : 'primary' }));
    }

    /** Going on is what makes a content done; a quiz is done when it was handed in. */
    goOn(content, next) {
      if (!content.quiz && this.session.mode === 'normal') this.progress.done.add(content.id);
      if (next) this.show(next);
      else this.end();
    }

    leaveQuiz() {
      if (this.quiz) this.quiz.close();
      this.quiz = null;
    }

    /** A link in a page to another content of the unit, by key or by the file it was written as. */
    follow(event) {
      const link = event.target.closest('a[href]');
      if (!link) return;
      const href = link.getAttribute('href');
      const content = this.linked(href, this.current);
      if (content) {
        event.preventDefault();
        this.show(content);
      } else if (!href.startsWith('#') && !link.target) {
        link.target = '_blank'; // Nothing may take the course's place inside the platform's frame.
        if (/\.(x?html?|svg|xml|js)$/i.test(link.pathname)) link.download = ''; // nor run beside it
        link.rel = 'noopener noreferrer';
      }
    }

    linked(href, from) {
      const [, course, key] = /^#(?:course:([^/]+)\/)?content:(.+)$/.exec(href) || [];
      const page = cw.data.pages[href.split('#')[0]];
      return cw.contents.find((content) => (page ? content.id === page
        : key !== undefined && content.key === key && content.course.key === (course || from.course.key)));
    }

    // ── the end ──────────────────────────────────────────────────────────────────────────────────

    end() {
      this.leaveQuiz();
      const open = cw.contents.filter((content) => !this.progress.isDone(content));
      const heading = cw.el('h1', { tabindex: '-1' }, cw.say('end'));
      this.page(cw.say('end'),
        heading,
        open.length ? cw.el('div', {}, cw.el('p', {}, cw.say('endMissing')),
          cw.el('ul', { class: 'missing' }, open.map((content) =>
            cw.el('li', {}, cw.button(content.title, () => this.show(content)))))) : cw.el('p', {}, cw.say('endDone')),
        this.overall(),
        cw.data.tracking === 'web' ? null : cw.el('div', { class: 'steps' },
          cw.button(cw.say('exit'), () => this.exit(), { class: 'primary' })));
      this.save();
      heading.focus({ preventScroll: true });
    }

    /** The unit's result, unless one of its quizzes keeps its own to itself. */
    overall() {
      const verdict = this.progress.verdict();
      if (verdict.passed === null || cw.contents.some((content) => content.quiz && !content.quiz.showsResult)) return null;
      return cw.el('div', { class: 'result ' + (verdict.passed ? 'good' : 'poor') },
        cw.el('p', { class: 'verdict' }, cw.icon(verdict.passed ? 'right' : 'wrong'), cw.say(verdict.passed ? 'endPassed' : 'endFailed')),
        cw.facts([[cw.say('score'), cw.percent(verdict.score)]]));
    }

    exit() {
      this.tracking.leaving = true;
      this.close();
      const heading = cw.el('h1', { tabindex: '-1' }, cw.say(this.session.connected ? 'closed' : 'closedUnsaved'));
      document.body.replaceChildren(cw.el('main', { class: 'closed' }, heading));
      heading.focus();
    }

    // ── keeping ──────────────────────────────────────────────────────────────────────────────────

    values() {
      return {
        state: cw.state.write(cw.contents, this.progress, this.tracking.limit),
        location: this.current.id,
        verdict: this.progress.verdict(),
      };
    }

    save() {
      const done = cw.contents.filter((content) => this.progress.isDone(content)).length;
      this.bar.value = done;
      this.count.textContent = cw.say('progress', { done: cw.number(done), all: cw.number(cw.contents.length) });
      this.bar.setAttribute('aria-label', this.count.textContent);
      this.outline.update(this.progress, this.current);
      if (this.session.connected) this.tracking.save(this.values());
    }

    answered(interactions) {
      if (this.session.connected) this.tracking.answer(interactions);
    }

    pause() {
      if (!this.session.connected || this.isClosed) return;
      this.tracking.save(this.values());
      this.tracking.pause();
    }

    /** The last word to the platform; browsers announce the end of a page in several ways. */
    close() {
      if (this.isClosed || !this.session.connected) return;
      this.isClosed = true;
      this.leaveQuiz();
      this.tracking.save(this.values());
      this.tracking.finish();
    }
  }

  async function play() {
    let player = null;
    const tracking = cw.connect(() => player && player.notice('saveFailed'));
    const session = await tracking.start();
    player = new Player(tracking, session);
    player.build();
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && player.pause());
    window.addEventListener('beforeunload', () => player.close());
    window.addEventListener('pagehide', () => player.close());
    // A page that comes back out of the browser's cache has no session any more.
    window.addEventListener('pageshow', (event) => event.persisted && location.reload());
  }

  play();
})(window.coursewright);
