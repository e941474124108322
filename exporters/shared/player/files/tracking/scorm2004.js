/* SCORM 2004, 3rd and 4th edition: the values that Moodle and scorm-again both take. */
(function (cw) {
  'use strict';

  const ELEMENTS = {
    api: 'API_1484_11', prefix: '', start: 'Initialize', end: 'Terminate',
    mode: 'cmi.mode', state: 'cmi.suspend_data', location: 'cmi.location',
  };
  const MOST = 250;
  const MOST_ESSAY = 4000;

  class Scorm2004 extends cw.Scorm {
    constructor(onTrouble) {
      super(ELEMENTS, onTrouble);
      this.limit = 64000;
    }

    async start() {
      const session = this.open();
      if (!session) return cw.Scorm.nowhere;
      this.completed = this.get('cmi.completion_status') === 'completed';
      session.passed = this.passed = this.get('cmi.success_status') === 'passed';
      const mastery = cw.Scorm.number(this.get('cmi.scaled_passing_score'), 0, 1);
      session.mastery = mastery === null ? null : cw.asPercent(mastery);
      if (this.writes) {
        if (!this.completed) this.set('cmi.completion_status', 'incomplete');
        // Any other exit makes some platforms begin a new attempt and forget the old one.
        this.set('cmi.exit', 'suspend');
        this.commit();
      }
      return session;
    }

    save(values) {
      if (!this.writes) return;
      this.keep(values);
      if (!this.completed) this.complete(values.verdict);
      if (!this.passed) this.judge(values.verdict);
      this.commit();
    }

    complete(verdict) {
      this.set('cmi.progress_measure', String(verdict.progress));
      this.set('cmi.completion_status', verdict.finished ? 'completed' : 'incomplete');
    }

    judge(verdict) {
      if (verdict.score !== null) {
        this.set('cmi.score.min', '0');
        this.set('cmi.score.max', '100');
        this.set('cmi.score.raw', String(verdict.score));
        this.set('cmi.score.scaled', String(Math.round(verdict.score * 100) / 10000));
      }
      if (verdict.passed !== null) this.set('cmi.success_status', verdict.passed ? 'passed' : 'failed');
    }

    answer(interactions) {
      if (!this.writes) return;
      interactions.forEach((interaction) => this.interaction((set) => {
        set('id', interaction.id);
        set('type', interaction.type);
        set('timestamp', cw.clock.timestamp(interaction.when));
        set('weighting', String(interaction.weight));
        interaction.patterns.map((pattern) => prefix(interaction) + written(interaction, pattern))
          .filter((pattern) => interaction.type !== 'fill-in' || pattern.length <= MOST)
          .forEach((pattern, at) => set('correct_responses.' + at + '.pattern', pattern));
        if (interaction.response) set('learner_response', written(interaction, interaction.response));
        set('result', interaction.right === null ? 'neutral' : interaction.right ? 'correct' : 'incorrect');
        set('latency', cw.clock.duration(interaction.seconds));
        const description = cw.line(interaction.description, MOST);
        if (description) set('description', description);
      }));
    }

    leave() {
      this.set('cmi.session_time', cw.clock.duration(cw.clock.seconds()));
    }
  }

  const prefix = (interaction) => (interaction.type === 'fill-in' ? '{case_matters=false}' : '');

  function written(interaction, response) {
    switch (interaction.type) {
      case 'choice': return response.map((side) => side.key).join('[,]');
      case 'true-false': return String(response[0]);
      case 'matching': return response.map(([left, right]) => left.key + '[.]' + right.key).join('[,]');
      case 'long-fill-in': return cw.line(response[0], MOST_ESSAY);
      default: return response.map((text) => spoken(text)).join('[,]').slice(0, MOST);
    }
  }

  /** A text without the standard's own separators, which would split it. */
  function spoken(text) {
    return cw.line(text.replace(/\[([,.:])\]/g, '$1').replace(/^\{(\w+=)/, '$1'), MOST);
  }

  cw.connect = (onTrouble) => new Scorm2004(onTrouble);
})(window.coursewright);
