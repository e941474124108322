/* What both SCORM versions share: finding the platform, calling it without ever trusting it, writing only what changed.
 *
 * An adapter offers: start() → promise of a session {connected, mode, state, location, mastery, passed};
 * limit, the characters of state it takes; save(values), answer(interactions), pause(), finish(). */
(function (cw) {
  'use strict';

  const FURTHEST = 500; // frames upwards; some platforms nest deeply, and parents can form a circle

  /** The object of this name in a window above or in the opener's; null when there is none or it is out of reach. */
  function find(name) {
    return upwards(window, name) || (opener(window) && upwards(opener(window), name)) ||
      (opener(window.top) && upwards(opener(window.top), name));
  }

  function upwards(start, name) {
    let at = start;
    for (let step = 0; at && step < FURTHEST; step += 1) {
      try {
        if (at[name]) return at[name];
        if (at.parent === at) return null;
      } catch (elsewhere) {
        // A frame of another origin: the platform may still be above it.
      }
      at = at.parent;
    }
    return null;
  }

  function opener(of) {
    try {
      return of.opener;
    } catch (elsewhere) {
      return null;
    }
  }

  /** `words` name the version's functions and elements. */
  cw.Scorm = class {
    constructor(words, onTrouble) {
      this.words = words;
      this.onTrouble = onTrouble;
      this.written = new Map();
      this.api = null;
      this.writes = false;
      this.next = 0;
    }

    call(name, ...given) {
      try {
        const answer = this.api[this.words.prefix + name](...given);
        return answer === null || answer === undefined ? '' : String(answer);
      } catch (fault) {
        return '';
      }
    }

    get(element) {
      return this.call('GetValue', element).slice(0, 70000);
    }

    /** Writes what differs from what was written last; false when it was not taken. */
    put(element, value) {
      if (this.written.get(element) === value) return true;
      this.isChanged = true;
      const taken = this.call('SetValue', element, value) === 'true';
      if (taken) this.written.set(element, value);
      return taken;
    }

    set(element, value) {
      if (!this.put(element, value)) this.onTrouble();
    }

    commit() {
      if (this.isChanged && this.call('Commit', '') !== 'true') this.onTrouble();
      this.isChanged = false;
    }

    /** Opens the session; null where there is no platform, or it is not well. */
    open() {
      this.api = find(this.words.api);
      if (!this.api || this.call(this.words.start, '') !== 'true') return null;
      this.isOpen = true;
      const mode = this.get(this.words.mode);
      this.writes = mode !== 'browse' && mode !== 'review';
      return {
        connected: true,
        mode: this.writes ? 'normal' : mode,
        state: this.stored(this.words.state),
        location: this.stored(this.words.location),
      };
    }

    /** A value of an earlier visit, which needs no writing while it stays. */
    stored(element) {
      const value = this.get(element);
      if (value !== '') this.written.set(element, value);
      return value;
    }

    keep(values) {
      this.set(this.words.location, values.location);
      this.set(this.words.state, values.state);
    }

    /** Where interactions go on. A platform that forgets the old ones starts again at 0. */
    count() {
      const stored = Number(this.get('cmi.interactions._count'));
      return Number.isInteger(stored) && stored >= 0 && stored < 1e6 ? Math.max(stored, this.next) : this.next;
    }

    /** A platform that takes no `id` has no interactions, which SCORM 1.2 leaves to it: it is well all the same. */
    interaction(write) {
      const at = this.count();
      let taken = true;
      write((name, value) => {
        if (taken && !this.put('cmi.interactions.' + at + '.' + name, value) && name === 'id') taken = false;
      });
      this.next = at + 1;
    }

    /** Ends the session once; whoever calls again is late. */
    finish() {
      if (!this.isOpen) return;
      this.isOpen = false;
      if (this.writes) this.leave();
      this.call(this.words.end, ''); // It also commits; a request more would be one that a closing page may not make.
      this.writes = false;
    }

    /** The page is hidden and may never be seen again: what is known now is kept. */
    pause() {
      if (!this.isOpen || !this.writes) return;
      this.leave();
      this.commit();
    }
  };

  cw.Scorm.nowhere = { connected: false, mode: 'normal', state: '', location: '', mastery: null, passed: false };

  /** A platform's number, or null when it is none from `least` to `most`. */
  cw.Scorm.number = function (text, least, most) {
    const number = text.trim() === '' ? NaN : Number(text);
    return number >= least && number <= most ? number : null;
  };
})(window.coursewright);
