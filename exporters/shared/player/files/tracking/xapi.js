/* xAPI: as an assignable unit of cmi5 (Quartz), or launched with an `auth` parameter as older xAPI packages are.
 * The only adapter that uses the network, and only the addresses of its launch. */
(function (cw) {
  'use strict';

  const VERBS = 'http://adlnet.gov/expapi/verbs/';
  const CMI5 = 'https://w3id.org/xapi/cmi5/context/';
  const CATEGORY = { id: CMI5 + 'categories/cmi5' };
  const MOVE_ON = { id: CMI5 + 'categories/moveon' };
  const own = (activity) => ({ activityId: activity, stateId: 'coursewright' });
  const PATIENCE = 15000; // milliseconds
  const LONGEST_URL = 8000;
  const MOST_KEPT_ALIVE = 60000; // browsers send at most 64 KiB after a page is gone

  const NOWHERE = { connected: false, mode: 'normal', state: '', location: '', mastery: null, passed: false };

  class Xapi {
    constructor(onTrouble) {
      this.onTrouble = onTrouble;
      this.limit = 64000;
      this.sent = {};
      this.pending = [];
      this.tail = Promise.resolve();
      this.writes = false;
    }

    async start() {
      try {
        if (!this.launched()) return NOWHERE;
        const session = await this.prepare();
        this.isOpen = true;
        this.writes = session.mode === 'normal';
        this.say('initialized');
        this.flush();
        return session;
      } catch (fault) {
        return NOWHERE;
      }
    }

    /** Reads the launch parameters; false when somebody just opened the page. */
    launched() {
      const query = new URLSearchParams(location.search.slice(0, LONGEST_URL));
      this.endpoint = (query.get('endpoint') || '').replace(/\/*$/, '/');
      this.fetchUrl = query.get('fetch');
      this.auth = query.get('auth');
      this.activity = query.get('activityId') || query.get('activity_id');
      this.registration = query.get('registration');
      this.isCmi5 = Boolean(this.fetchUrl);
      if (!/^https?:\/\/./.test(this.endpoint) || !this.activity || !(this.fetchUrl || this.auth)) return false;
      this.actor = JSON.parse(query.get('actor'));
      return typeof this.actor === 'object' && this.actor !== null;
    }

    /** cmi5 8.2, 10 and 11: the token, the launch data and the preferences, in this order, before anything is said. */
    async prepare() {
      let launch = {};
      if (this.isCmi5) {
        const answer = await (await fetch(this.fetchUrl, { method: 'POST', signal: AbortSignal.timeout(PATIENCE) })).json();
        if (typeof answer['auth-token'] !== 'string') throw new Error('no token');
        this.auth = 'Basic ' + answer['auth-token'];
        launch = JSON.parse(await this.read('activities/state', { activityId: this.activity, stateId: 'LMS.LaunchData' }));
        if (!launch.contextTemplate) throw new Error('no launch data');
        await this.read('agents/profile', { profileId: 'cmi5LearnerPreferences' }).catch(() => '{}');
      }
      this.template = launch.contextTemplate || {};
      this.returnUrl = /^https?:\/\//.test(launch.returnURL || '') ? launch.returnURL : null;
      this.mastery = typeof launch.masteryScore === 'number' ? launch.masteryScore : null;
      const kept = this.parsed(await this.read('activities/state', own(this.activity)));
      return {
        connected: true,
        mode: launch.launchMode === 'Browse' ? 'browse' : launch.launchMode === 'Review' ? 'review' : 'normal',
        state: String(kept.state || ''),
        location: String(kept.location || ''),
        mastery: this.mastery === null ? null : cw.asPercent(this.mastery),
        passed: Boolean(this.sent.passed),
      };
    }

    parsed(text) {
      try {
        const kept = JSON.parse(text) || {};
        this.sent = { completed: kept.completed === true, passed: kept.passed === true };
        return kept;
      } catch (nothing) {
        return {};
      }
    }

    // ── what happens ─────────────────────────────────────────────────────────────────────────────

    save(values) {
      if (!this.writes) return;
      this.verdict = values.verdict;
      this.judge(values.verdict);
      const document = JSON.stringify({
        state: values.state, location: values.location, completed: this.sent.completed, passed: this.sent.passed,
      });
      if (document !== this.kept) this.values = this.kept = document;
      this.flush();
    }

    /** Completed and passed are said once for all; failed once a visit, when it is certain or the visit ends. */
    judge(verdict) {
      if (verdict.finished && !this.sent.completed) {
        this.sent.completed = true;
        this.say('completed', { completion: true, duration: this.duration() });
      }
      if (verdict.passed && !this.sent.passed && !this.saidFailed) {
        this.sent.passed = true;
        this.say('passed', { success: true, ...this.score(verdict), duration: this.duration() });
      }
      if (verdict.passed === false && verdict.final) this.fail(verdict);
    }

    fail(verdict) {
      if (this.saidFailed || this.sent.passed || !this.answered) return;
      this.saidFailed = true;
      this.say('failed', { success: false, ...this.score(verdict), duration: this.duration() });
    }

    score(verdict) {
      return { score: { scaled: Math.round(verdict.score * 100) / 10000 } };
    }

    duration() {
      return cw.clock.duration(cw.clock.seconds());
    }

    answer(interactions) {
      this.answered = true;
      if (!this.writes) return;
      interactions.forEach((interaction) => this.pending.push(this.statement('answered', answerResult(interaction), {
        id: this.activity.replace(/\/*$/, '/') + interaction.id.split('/').map(encodeURIComponent).join('/'),
        definition: definition(interaction),
      })));
    }

    pause() {
      this.flush();
    }

    finish() {
      if (!this.isOpen) return;
      this.isOpen = false;
      if (this.writes && this.verdict && this.verdict.passed === false) this.fail(this.verdict);
      this.say('terminated', { duration: this.duration() });
      this.writes = false;
      this.flush(true);
      if (this.returnUrl && this.leaving) this.tail.then(() => location.assign(this.returnUrl));
    }

    // ── statements ───────────────────────────────────────────────────────────────────────────────

    say(verb, result) {
      this.pending.push(this.statement(verb, result, { id: this.activity }, true));
    }

    /** `defined` are the statements that cmi5 defines (9.3); others only carry the platform's context. */
    statement(verb, result, object, defined) {
      const context = JSON.parse(JSON.stringify(this.template));
      if (this.registration) context.registration = this.registration;
      if (defined && this.isCmi5) this.mark(context, result || {});
      return {
        id: uuid(), actor: this.actor, verb: { id: VERBS + verb, display: { en: verb } },
        object: { objectType: 'Activity', ...object }, context: context,
        ...(result ? { result: result } : {}), timestamp: new Date().toISOString(),
      };
    }

    mark(context, result) {
      const activities = (context.contextActivities = context.contextActivities || {});
      const judged = 'success' in result || 'completion' in result;
      activities.category = [].concat(activities.category || [], CATEGORY, judged ? MOVE_ON : []);
      if ('success' in result && this.mastery !== null) {
        context.extensions = { ...context.extensions, [CMI5 + 'extensions/masteryscore']: this.mastery };
      }
    }

    // ── requests ─────────────────────────────────────────────────────────────────────────────────

    /** Sends what is pending when the requests before are through, or at once when the page goes. */
    flush(last) {
      this.tail = last ? this.send() : this.tail.then(() => this.send());
    }

    async send() {
      const values = this.values;
      const statements = this.pending.splice(0);
      this.values = null;
      await Promise.all([
        values && this.write('activities/state', own(this.activity), 'PUT', values, () => { this.values = this.values || values; }),
        statements.length && this.write('statements', null, 'POST', JSON.stringify(statements), () => this.pending.unshift(...statements)),
      ]);
    }

    /** The text of a document, `{}` where there is none. A platform that does not answer soon is not there. */
    async read(resource, query) {
      const response = await fetch(this.address(resource, query), { headers: this.headers(), signal: AbortSignal.timeout(PATIENCE) });
      if (response.status === 404) return '{}';
      if (!response.ok) throw new Error(resource + ' ' + response.status);
      return response.text();
    }

    /** `again` is called when it failed for a reason that may pass. Requests outlive the page as far as browsers let them. */
    async write(resource, query, method, body, again) {
      try {
        const response = await fetch(this.address(resource, query), {
          method: method, body: body, keepalive: body.length < MOST_KEPT_ALIVE,
          headers: { ...this.headers(), 'Content-Type': 'application/json' },
        });
        if (response.ok) return;
        if (response.status >= 500) again();
      } catch (offline) {
        again();
      }
      this.onTrouble();
    }

    address(resource, query) {
      if (!query) return this.endpoint + resource;
      const agent = { agent: JSON.stringify(this.actor) };
      const registration = resource === 'activities/state' && this.registration ? { registration: this.registration } : {};
      return this.endpoint + resource + '?' + new URLSearchParams({ ...query, ...agent, ...registration });
    }

    headers() {
      return { Authorization: this.auth, 'X-Experience-API-Version': '1.0.3' };
    }
  }

  // ── answers ────────────────────────────────────────────────────────────────────────────────────

  function answerResult(interaction) {
    const result = { duration: cw.clock.duration(interaction.seconds) };
    if (interaction.right !== null) result.success = interaction.right;
    if (interaction.response) result.response = written(interaction, interaction.response);
    return result;
  }

  function definition(interaction) {
    const question = interaction.question;
    const named = (list) => list.map((side) => ({ id: side.key, description: { [cw.data.language]: side.words } }));
    const found = {
      type: 'http://adlnet.gov/expapi/activities/cmi.interaction',
      interactionType: interaction.type,
      name: { [cw.data.language]: cw.line(interaction.description, 250) || interaction.id },
    };
    if (interaction.patterns.length) {
      found.correctResponsesPattern = interaction.patterns.map((pattern) => written(interaction, pattern));
    }
    if (interaction.type === 'choice') found.choices = named(question.options);
    if (interaction.type === 'matching') Object.assign(found, { source: named(question.lefts), target: named(question.rights) });
    return found;
  }

  function written(interaction, response) {
    if (interaction.type === 'choice') return response.map((side) => side.key).join('[,]');
    if (interaction.type === 'matching') return response.map(([left, right]) => left.key + '[.]' + right.key).join('[,]');
    return response.map(String).join('[,]');
  }

  /** crypto.randomUUID is missing on plain http. */
  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  cw.connect = (onTrouble) => new Xapi(onTrouble);
})(window.coursewright);
