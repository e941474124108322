/* The outline beside the page: where the learner is, and what is done. */
(function (cw) {
  'use strict';

  cw.Outline = class {
    /** `go` shows a content. */
    constructor(go) {
      this.links = new Map();
      this.list = cw.el('nav', { id: 'outline', 'aria-label': cw.say('outline') }, cw.data.courses.map((course) => [
        cw.data.courses.length > 1 ? cw.el('h2', {}, course.title) : null,
        course.sections.map((section) => this.section(section, go)),
      ]));
      this.toggle = cw.button([cw.icon('menu'), cw.say('showOutline')], () => this.open(!this.isOpen), {
        class: 'toggle', 'aria-expanded': 'false', 'aria-controls': 'outline' });
      this.list.addEventListener('keydown', (event) => {
        if (event.key !== 'Escape' || !this.isOpen) return;
        this.open(false);
        this.toggle.focus();
      });
    }

    section(section, go) {
      return [cw.el('h3', {}, section.title), cw.el('ul', {}, section.contents.map((content) => {
        const mark = cw.el('span', { class: 'state' });
        const link = cw.button([mark, cw.el('span', { class: 'name' }, content.title, cw.el('span', { class: 'kind' }, kind(content)))],
          () => go(content));
        this.links.set(content.id, { link: link, mark: mark });
        return cw.el('li', {}, link);
      }))];
    }

    /** On narrow screens the outline lies behind its button. */
    open(wanted) {
      this.isOpen = wanted;
      this.toggle.setAttribute('aria-expanded', String(wanted));
      this.list.classList.toggle('open', wanted);
    }

    update(progress, current) {
      for (const content of cw.contents) {
        const { link, mark } = this.links.get(content.id);
        const done = progress.isDone(content);
        mark.replaceChildren(...(done ? [cw.icon('done'), cw.el('span', { class: 'unseen' }, cw.say('done'))] : []));
        link.classList.toggle('done', done);
        if (content === current) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
      }
      if (current) this.links.get(current.id).link.scrollIntoView({ block: 'nearest' });
    }
  };

  function kind(content) {
    const minutes = content.minutes ? ' · ' + cw.say('minutes', { n: cw.number(content.minutes) }) : '';
    return cw.say(content.type) + minutes;
  }

  cw.kind = kind;
})(window.coursewright);
