/* What a learner is told about a quiz that was handed in, exactly as far as the quiz allows. */
(function (cw) {
  'use strict';

  /** The result of the last attempt, or that it is not told here. */
  cw.result = function (quiz, score) {
    if (!quiz.showsResult) return cw.el('p', { class: 'note' }, cw.say('handedIn'));
    const passed = score >= Math.round(quiz.passing * 100);
    return cw.el('div', { class: 'result ' + (passed ? 'good' : 'poor') },
      cw.el('p', { class: 'verdict' }, cw.icon(passed ? 'right' : 'wrong'), cw.say(passed ? 'passed' : 'failed')),
      cw.facts([[cw.say('score'), cw.percent(score / 100)], [cw.say('toPass'), cw.percent(quiz.passing)]]));
  };

  /** All questions with the answers given; `order` is how they were asked. */
  cw.review = function (quiz, answers, order) {
    return cw.el('section', { class: 'review', 'aria-labelledby': 'review' },
      cw.el('h2', { id: 'review' }, cw.say('review')),
      cw.el('ol', {}, order.map((place) => item(quiz, quiz.questions[place], answers[place]))));
  };

  function item(quiz, question, answer) {
    const right = cw.grading.isRight(question, answer);
    const name = right === null ? 'notScored' : right ? 'right' : 'wrong';
    const shown = cw.el('div', { class: 'prose', html: question.html.replace(/\[\[[a-z0-9._-]+\]\]/g, '____') });
    const parts = [shown, answers(cw.say('yourAnswer'), cw.inWords(question, answer))];
    if (quiz.showsResult) {
      parts.unshift(cw.el('p', { class: 'mark ' + name }, name === 'notScored' ? null : cw.icon(name), cw.say(name)));
      if (quiz.showsRight && right === false) parts.push(answers(cw.say('rightAnswer'), cw.rightInWords(question)));
      if (question.explanation) {
        parts.push(cw.el('div', { class: 'explanation' }, cw.el('h3', {}, cw.say('explanation')),
          cw.el('div', { class: 'prose', html: question.explanation })));
      }
    }
    return cw.el('li', {}, parts);
  }

  function answers(term, texts) {
    return cw.el('dl', { class: 'given' }, cw.el('dt', {}, term), texts.map((text) => cw.el('dd', { dir: 'auto' }, text)));
  }
})(window.coursewright);
