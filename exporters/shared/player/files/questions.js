/* The six types of question as form controls. `cw.ask` draws one and says through `changed` what the learner answers. */
(function (cw) {
  'use strict';

  let count = 0;
  const fresh = (name) => name + '-' + (count += 1);

  /** A fieldset that asks `question`; `changed(answer)` is called with every change, null where nothing is left. */
  cw.ask = function (question, answer, heading, changed) {
    const text = fresh('text');
    const field = cw.el('fieldset', { class: 'question', 'aria-describedby': text },
      cw.el('legend', { tabindex: '-1' }, heading,
        question.required ? null : cw.el('span', { class: 'quiet' }, ' · ' + cw.say('optional'))),
      question.points && question.type !== 'essay' ? cw.el('p', { class: 'worth' },
        cw.say('worth', { points: cw.number(question.points) })) : null);
    const body = cw.el('div', { class: 'prose', id: text, html: question.html });
    field.append(body, ...ASK[question.type](question, answer, changed, body).filter(Boolean));
    return field;
  };

  const ASK = {
    multiple_choice(question, answer, changed) {
      const several = question.right.length > 1;
      const inputs = question.options.map((option, place) =>
        input(several ? 'checkbox' : 'radio', (answer || []).includes(place), () => changed(chosen())));
      const chosen = () => {
        const places = inputs.flatMap((box, place) => (box.checked ? [place] : []));
        return places.length ? places : null;
      };
      return [cw.el('p', { class: 'quiet' }, cw.say(several ? 'chooseSeveral' : 'chooseOne')),
        choices(inputs, question.options.map(described))];
    },

    true_false(question, answer, changed) {
      const inputs = [true, false].map((value) => input('radio', answer === value, () => changed(value)));
      return [choices(inputs, ['true', 'false'].map((name) => cw.say(name)))];
    },

    short_answer(question, answer, changed) {
      const box = textBox(question.longest, answer || '', () => changed(box.value.trim() ? box.value : null));
      box.id = fresh('answer');
      return [cw.el('label', { for: box.id }, cw.say('yourAnswer')), box];
    },

    essay(question, answer, changed) {
      const box = cw.el('textarea', { id: fresh('answer'), rows: 8, maxlength: question.longest,
        oninput: () => changed(box.value.trim() ? box.value : null) });
      box.value = answer || '';
      return [cw.el('label', { for: box.id }, cw.say('yourAnswer')), box,
        cw.el('p', { class: 'quiet' }, cw.say('essayNote'))];
    },

    fill_in_blank(question, answer, changed, body) {
      const texts = answer || question.blanks.map(() => '');
      const boxes = question.blanks.map((blank, place) => {
        const box = textBox(question.longest, texts[place], () => {
          const now = boxes.map((each) => each.value);
          changed(now.some((text) => text.trim()) ? now : null);
        });
        box.classList.add('blank');
        box.setAttribute('aria-label', cw.say('blank', { n: place + 1, all: question.blanks.length }));
        return box;
      });
      return fill(body, question.blanks, boxes);
    },

    matching(question, answer, changed) {
      const lists = question.lefts.map((left, place) => {
        const list = cw.el('select', { id: fresh('match'), onchange: () => {
          const now = lists.map((each) => (each.value === '' ? null : Number(each.value)));
          changed(now.some((right) => right !== null) ? now : null);
        } }, cw.el('option', { value: '' }, cw.say('choose')),
        question.rights.map((right, at) => cw.el('option', { value: at }, right.words)));
        const given = answer && answer[place];
        list.value = given === null || given === undefined ? '' : String(given);
        return list;
      });
      return [cw.el('div', { class: 'pairs' }, lists.map((list, place) => cw.el('div', { class: 'pair' },
        cw.el('label', { for: list.id, html: question.lefts[place].html }), list)))];
    },
  };

  function input(type, checked, changed) {
    const box = cw.el('input', { type: type, onchange: changed });
    box.checked = checked;
    return box;
  }

  function textBox(longest, value, changed) {
    const box = cw.el('input', { type: 'text', maxlength: longest, autocomplete: 'off', spellcheck: 'false', oninput: changed });
    box.value = value;
    return box;
  }

  function choices(inputs, labels) {
    const name = fresh('choice');
    return cw.el('div', { class: 'choices' }, inputs.map((box, place) => {
      box.name = name;
      return cw.el('label', { class: 'choice' }, box, cw.el('span', {}, labels[place]));
    }));
  }

  function described(option) {
    return [cw.el('span', { class: 'prose', html: option.html }),
      option.image ? cw.el('img', { src: option.image, alt: '' }) : null].filter(Boolean);
  }

  /** Puts each box where the text says `[[key]]`; those that it does not name follow it. */
  function fill(body, blanks, boxes) {
    const open = new Map(blanks.map((blank, place) => ['[[' + blank.key + ']]', boxes[place]]));
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      const parts = text.data.split(/(\[\[[a-z0-9._-]+\]\])/);
      if (parts.length < 2) continue;
      text.replaceWith(...parts.map((part) => {
        const box = open.get(part);
        open.delete(part);
        return box || part;
      }));
    }
    return open.size ? [cw.el('div', { class: 'pairs' }, ...open.values())] : [];
  }

  /** An answer in words, for the review. */
  cw.inWords = function (question, answer) {
    if (answer === null || answer === undefined) return [cw.say('noAnswer')];
    const open = (text) => text || '–';
    switch (question.type) {
      case 'multiple_choice': return answer.map((place) => question.options[place].words || String(place + 1));
      case 'true_false': return [cw.say(String(answer))];
      case 'fill_in_blank': return answer.map(open);
      case 'matching': return question.lefts.map((left, place) =>
        left.words + ' → ' + (answer[place] === null ? '–' : question.rights[answer[place]].words));
      default: return [answer];
    }
  };

  cw.rightInWords = function (question) {
    switch (question.type) {
      case 'short_answer': return [question.accept.join(' / ')];
      case 'fill_in_blank': return question.blanks.map((blank) => blank.accept.join(' / '));
      default: return cw.inWords(question, question.right);
    }
  };
})(window.coursewright);
