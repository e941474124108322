/* Answers as reports know them (SCORM 1.2 RTE 3.4.7, SCORM 2004 RTE 4.2.9, xAPI 4.1.4.1 interaction activities): one
 * neutral form, from which each tracking adapter writes its own separators. */
(function (cw) {
  'use strict';

  const TYPES = {
    multiple_choice: 'choice', true_false: 'true-false', short_answer: 'fill-in', fill_in_blank: 'fill-in',
    matching: 'matching', essay: 'long-fill-in',
  };
  const MOST_PATTERNS = 5; // smallest permitted maximum of fill-in patterns in SCORM 2004

  /** `patterns` are right answers and `response` the one given, as lists of ids, texts or [left, right] ids. */
  cw.interaction = function (content, question, answer, seconds) {
    const given = cw.grading.isGiven(question, answer);
    return {
      id: content.id + '/' + question.key,
      type: TYPES[question.type],
      question: question,
      description: question.words,
      weight: question.points,
      patterns: PATTERNS[question.type](question),
      response: given ? RESPONSES[question.type](question, answer) : null,
      right: cw.grading.isRight(question, answer),
      seconds: seconds,
      when: new Date(),
    };
  };

  const side = (list, position) => ({ key: list[position].key, position: position });

  const RESPONSES = {
    multiple_choice: (question, answer) => answer.map((position) => side(question.options, position)),
    true_false: (question, answer) => [answer],
    short_answer: (question, answer) => [answer],
    essay: (question, answer) => [answer],
    fill_in_blank: (question, answer) => answer,
    matching: (question, answer) =>
      answer.map((position, at) => [side(question.lefts, at), side(question.rights, position)]),
  };

  const PATTERNS = {
    multiple_choice: (question) => [RESPONSES.multiple_choice(question, question.right)],
    true_false: (question) => [[question.right]],
    short_answer: (question) => question.accept.slice(0, MOST_PATTERNS).map((text) => [text]),
    essay: () => [],
    fill_in_blank: (question) => combinations(question.blanks.map((blank) => blank.accept)),
    matching: (question) => [RESPONSES.matching(question, question.right)],
  };

  /** The first few ways to fill all gaps: the first spellings together, then one gap varied at a time. */
  function combinations(spellings) {
    const first = spellings.map((accepted) => accepted[0]);
    const varied = spellings.flatMap((accepted, at) =>
      accepted.slice(1).map((text) => first.map((usual, gap) => (gap === at ? text : usual))));
    return [first, ...varied].slice(0, MOST_PATTERNS);
  }

  /** One line, without the signs a platform would refuse, cut to what it takes. */
  cw.line = function (text, most) {
    return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ').trim().slice(0, most)
      .replace(/\p{Surrogate}/gu, '');
  };
})(window.coursewright);
