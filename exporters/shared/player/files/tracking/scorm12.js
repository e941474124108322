/* SCORM 1.2: the values that Moodle's strict mode, its default and scorm-again all take. */
(function (cw) {
  'use strict';

  const ELEMENTS = {
    api: 'API', prefix: 'LMS', start: 'Initialize', end: 'Finish',
    mode: 'cmi.core.lesson_mode', state: 'cmi.suspend_data', location: 'cmi.core.lesson_location',
  };
  const MOST = 255;
  const SIGNS = 'abcdefghijklmnopqrstuvwxyz0123456789';
  const DIGITS = '123456789abcdefghijklmnopqrstuvwxyz0';

  class Scorm12 extends cw.Scorm {
    constructor(onTrouble) {
      super(ELEMENTS, onTrouble);
      this.limit = 4096;
    }

    async start() {
      const session = this.open();
      if (!session) return cw.Scorm.nowhere;
      const status = this.get('cmi.core.lesson_status');
      session.mastery = cw.Scorm.number(this.get('cmi.student_data.mastery_score'), 0, 100);
      session.passed = this.passed = status === 'passed';
      if (this.writes) {
        if (!['passed', 'completed', 'failed'].includes(status)) this.set('cmi.core.lesson_status', 'incomplete');
        this.set('cmi.core.exit', 'suspend');
        this.commit();
      }
      return session;
    }

    save(values) {
      if (!this.writes) return;
      this.keep(values);
      if (!this.passed) this.judge(values.verdict);
      this.commit();
    }

    /** One status says both completion and success; what was passed before this visit stays as it is. */
    judge(verdict) {
      if (verdict.score !== null) {
        this.set('cmi.core.score.min', '0');
        this.set('cmi.core.score.max', '100');
        this.set('cmi.core.score.raw', String(verdict.score));
      }
      if (!verdict.finished) return;
      this.set('cmi.core.lesson_status', verdict.graded ? (verdict.passed ? 'passed' : 'failed') : 'completed');
    }

    /** 1.2 has no place for a question's text, and `fill-in` is the only type that takes an essay. */
    answer(interactions) {
      if (!this.writes) return;
      interactions.forEach((interaction) => this.interaction((set) => {
        set('id', interaction.id);
        set('type', interaction.type === 'long-fill-in' ? 'fill-in' : interaction.type);
        set('time', cw.clock.time(interaction.when));
        set('weighting', String(interaction.weight));
        interaction.patterns.map(written, interaction).filter((pattern) => pattern.length <= MOST)
          .forEach((pattern, at) => set('correct_responses.' + at + '.pattern', pattern));
        if (interaction.response) set('student_response', written.call(interaction, interaction.response).slice(0, MOST));
        set('result', interaction.right === null ? 'neutral' : interaction.right ? 'correct' : 'wrong');
        set('latency', cw.clock.timespan(interaction.seconds));
      }));
    }

    leave() {
      this.set('cmi.core.session_time', cw.clock.timespan(cw.clock.seconds()));
    }
  }

  function written(response) {
    switch (this.type) {
      case 'choice': return response.map((side) => sign(SIGNS, side.position)).join(',');
      case 'true-false': return response[0] ? 't' : 'f';
      case 'matching': return response.map(([left, right]) =>
        sign(SIGNS, left.position) + '.' + sign(DIGITS, right.position)).join(',');
      default: return cw.line(response.join(','), MOST);
    }
  }

  /** A single sign for each choice, as the standard has it; two only where there are more than 36. */
  function sign(signs, position) {
    return position < 36 ? signs[position] : signs[Math.floor(position / 36) - 1] + signs[position % 36];
  }

  cw.connect = (onTrouble) => new Scorm12(onTrouble);
})(window.coursewright);
