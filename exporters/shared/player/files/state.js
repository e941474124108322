/* What is kept between visits, as printable ASCII short enough for SCORM 1.2 (exporters/shared/player/size.py counts it).
 *
 *   1LENGTH;MARKS;QUIZ;QUIZ…        marks of what is done, LENGTH characters each
 *   QUIZ  MARK:ATTEMPTS:BEST:PASSED[:KIND:SHAPE:SEED:DEADLINE:AT:ANSWERS]     numbers in base 36
 *
 * Marks are digests of keys, so a new order or a new content scrambles nothing. Answers are positions, and thrown
 * away when SHAPE says that the quiz has changed. Nothing that is read back is trusted. */
(function (cw) {
  'use strict';

  const VERSION = '1';
  const LONGEST = 70000;

  cw.state = {
    /** The state of a unit in at most `limit` characters; what matters least is left out first. */
    write(contents, progress, limit) {
      const ways = [{ last: true, open: true }, { last: false, open: true }, { last: false, open: true, texts: 200 },
        { last: false, open: true, texts: 0 }, {}];
      for (const way of ways) {
        const text = written(contents, progress, way);
        if (text.length <= limit) return text;
      }
      return shortened(written(contents, progress, {}), contents[0].mark.length, limit);
    },

    /** Fills `progress` from what a platform gave back. Anything odd in it is passed over. */
    read(contents, text, progress) {
      if (typeof text !== 'string' || text.length > LONGEST) return;
      const [head, marks, ...quizzes] = text.split(';');
      const length = Number(head.slice(VERSION.length));
      if (!head.startsWith(VERSION) || !(length >= 3 && length <= 43) || marks === undefined) return;
      for (let at = 0; at < marks.length; at += length) {
        const content = known(contents, marks.slice(at, at + length));
        if (content) progress.done.add(content.id);
      }
      quizzes.forEach((record) => readQuiz(contents, record.split(':'), progress));
    },
  };

  function known(contents, mark) {
    const found = contents.filter((content) => mark.startsWith(content.mark) || (mark.length >= 3 && content.mark.startsWith(mark)));
    return found.length === 1 ? found[0] : null;
  }

  /** More contents than fit, of which the exporter warned: results stay, and the last marks go. */
  function shortened(text, length, limit) {
    const [head, marks, ...quizzes] = text.split(';');
    const room = Math.floor((limit - (text.length - marks.length)) / length) * length;
    return [head, marks.slice(0, Math.max(0, room)), ...quizzes].join(';');
  }

  // ── quizzes ────────────────────────────────────────────────────────────────────────────────────

  function written(contents, progress, way) {
    const done = contents.filter((content) => progress.done.has(content.id)).map((content) => content.mark).join('');
    const begun = ([, record]) => record.attempts || record.attempt;
    const records = new Map([...progress.quizzes].filter(begun));
    const quizzes = contents.filter((content) => records.has(content.id)).map((content) => {
      const record = records.get(content.id);
      const head = [content.mark, record.attempts.toString(36), record.best.toString(36), record.passed ? '1' : '0'];
      const kept = record.attempt && (record.attempt.open ? way.open : way.last);
      return (kept ? head.concat(attemptParts(content.quiz, record.attempt, way)) : head).join(':');
    });
    return [VERSION + contents[0].mark.length, done, ...quizzes].join(';');
  }

  function attemptParts(quiz, attempt, way) {
    const answers = quiz.questions.map((question, place) => packed(question, attempt.answers[place], way));
    return [attempt.open ? 'o' : 'l', quiz.shape, attempt.seed.toString(36), (attempt.deadline || 0).toString(36),
      attempt.at.toString(36), answers.join(',')];
  }

  function readQuiz(contents, parts, progress) {
    const content = known(contents, parts[0]);
    if (!content || !content.quiz || parts.length < 4) return;
    const record = {
      attempts: whole(parts[1], 1e6), best: whole(parts[2], 10000), passed: parts[3] === '1', attempt: null,
    };
    if (parts.length === 10 && parts[5] === content.quiz.shape) {
      record.attempt = {
        open: parts[4] === 'o', seed: whole(parts[6], 2 ** 31), deadline: whole(parts[7], 1e11) || null,
        at: Math.min(whole(parts[8], 1e6), content.quiz.questions.length - 1),
        answers: unpackedAll(content.quiz.questions, parts[9].split(',')),
      };
    }
    progress.quizzes.set(content.id, record);
  }

  function whole(text, most) {
    return /^[0-9a-z]{1,8}$/.test(text) ? Math.min(parseInt(text, 36), most) : 0;
  }

  // ── answers ────────────────────────────────────────────────────────────────────────────────────

  /** Digits of base 36 that every position among `count` fits into. */
  const width = (count) => Math.max(1, (count - 1).toString(36).length);
  const place = (position, count) => position.toString(36).padStart(width(count), '0');
  const places = (text, count) =>
    (text.match(new RegExp('.{' + width(count) + '}', 'g')) || []).map((digits) => {
      const position = parseInt(digits, 36);
      return position >= 0 && position < count ? position : null;
    });

  const PACK = {
    multiple_choice: (question, answer) => answer.map((position) => place(position, question.options.length)).join(''),
    true_false: (question, answer) => (answer ? 't' : 'f'),
    short_answer: (question, answer, way) => typed(question.accept, answer, way),
    essay: (question, answer, way) => typed([], answer, way),
    fill_in_blank: (question, answer, way) =>
      question.blanks.map((blank, at) => typed(blank.accept, answer[at] || '', way)).join('.'),
    matching: (question, answer) => answer.map((position) =>
      (position === null ? '-'.repeat(width(question.rights.length)) : place(position, question.rights.length))).join(''),
  };

  const UNPACK = {
    multiple_choice: (question, text) => places(text, question.options.length).filter((position) => position !== null),
    true_false: (question, text) => (text === 't' ? true : text === 'f' ? false : null),
    short_answer: (question, text) => untyped(question.accept, text),
    essay: (question, text) => untyped([], text),
    fill_in_blank: (question, text) => {
      const parts = text.split('.');
      return question.blanks.map((blank, at) => untyped(blank.accept, parts[at] || ''));
    },
    matching: (question, text) => {
      const found = places(text, question.rights.length);
      return question.lefts.map((left, at) => (at in found ? found[at] : null));
    },
  };

  function packed(question, answer, way) {
    return answer === null || answer === undefined ? '' : PACK[question.type](question, answer, way);
  }

  function unpackedAll(questions, texts) {
    return questions.map((question, at) => (texts[at] ? UNPACK[question.type](question, texts[at]) : null));
  }

  /** `=n` for an accepted spelling, `p…` percent-encoded or `b…` base64, whichever is shorter. */
  function typed(accepted, text, way) {
    if (text === '') return '';
    const spelling = cw.grading.spelling(accepted, text);
    if (spelling >= 0) return '=' + spelling.toString(36);
    const short = text.slice(0, way.texts).replace(/\p{Surrogate}/gu, ''); // halves of characters cannot be encoded
    if (short === '') return '';
    const percent = encodeURIComponent(short)
      .replace(/%20/g, '+').replace(/[.!~*'()]/g, (sign) => '%' + sign.charCodeAt(0).toString(16));
    const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(short)))
      .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
    return percent.length <= base64.length ? 'p' + percent : 'b' + base64;
  }

  function untyped(accepted, text) {
    try {
      if (text[0] === '=') return accepted[parseInt(text.slice(1), 36)] || '';
      if (text[0] === 'p') return decodeURIComponent(text.slice(1).replace(/\+/g, '%20'));
      if (text[0] !== 'b') return '';
      const bytes = atob(text.slice(1).replace(/-/g, '+').replace(/_/g, '/'));
      return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
    } catch (garbage) {
      return '';
    }
  }
})(window.coursewright);
