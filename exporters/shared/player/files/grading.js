/* What is right. Answers in memory: positions for choices (a list) and matching (a list, null where open), true or
 * false, a text, a list of texts for gaps; null for none. A question is right as a whole or not at all. */
(function (cw) {
  'use strict';

  const plain = (text) => text.normalize('NFKC').trim().replace(/\s+/g, ' ').toLocaleLowerCase();

  const sameText = (accepted, given) => accepted.some((text) => plain(text) === plain(given));

  const sameList = (one, other) => one.length === other.length && one.every((value, place) => value === other[place]);

  const RIGHT = {
    multiple_choice: (question, answer) => sameList([...answer].sort((a, b) => a - b), question.right),
    true_false: (question, answer) => answer === question.right,
    short_answer: (question, answer) => sameText(question.accept, answer),
    fill_in_blank: (question, answer) =>
      question.blanks.every((blank, place) => sameText(blank.accept, answer[place] || '')),
    matching: (question, answer) => sameList(answer, question.right),
  };

  const GIVEN = {
    multiple_choice: (answer) => answer.length > 0,
    true_false: () => true,
    short_answer: (answer) => answer.trim() !== '',
    essay: (answer) => answer.trim() !== '',
    fill_in_blank: (answer) => answer.every((text) => text && text.trim() !== ''),
    matching: (answer) => answer.every((place) => place !== null),
  };

  cw.grading = {
    /** Whether a question is answered, every part of it. */
    isGiven: (question, answer) => answer !== null && answer !== undefined && GIVEN[question.type](answer),

    /** true, false, or null for what only a person can judge. */
    isRight(question, answer) {
      if (question.type === 'essay') return null;
      return cw.grading.isGiven(question, answer) && RIGHT[question.type](question, answer);
    },

    /** The points that can be had: an essay has none here. */
    most: (quiz) => hundredths(quiz.questions.filter((question) => question.type !== 'essay')),

    /** Hundredths of a percent, rounded down, so that no rounding passes anybody; 10,000 where nothing is graded. */
    score(quiz, answers) {
      const most = cw.grading.most(quiz);
      const right = quiz.questions.filter((question, place) => cw.grading.isRight(question, answers[place]) === true);
      return most ? Math.floor((hundredths(right) * 10000) / most) : 10000;
    },

    /** The accepted spelling an answer equals, by its place; -1 for none. */
    spelling: (accepted, given) => accepted.findIndex((text) => plain(text) === plain(given)),
  };

  /** Points have at most two decimals; whole hundredths add up without a remainder. */
  function hundredths(questions) {
    return questions.reduce((sum, question) => sum + Math.round(question.points * 100), 0);
  }
})(window.coursewright);
