/* Elements, words and announcements: the only place that makes HTML. Everything of the player hangs on
 * `window.coursewright`, which the data file has made. */
(function (cw) {
  'use strict';

  /** An element. `on…` properties are listeners, `html` is text that the exporter sanitised, null is left out. */
  cw.el = function (name, properties, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
      else if (key === 'html') element.innerHTML = value;
      else element.setAttribute(key, value === true ? '' : value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  };

  /** A text of the player in the course's language, `{name}` filled in. */
  cw.say = function (name, values) {
    return cw.data.words[name].replace(/\{(\w+)\}/g, (whole, key) => (values && key in values ? values[key] : whole));
  };

  cw.button = function (label, action, properties) {
    return cw.el('button', { type: 'button', onclick: action, ...properties }, label);
  };

  /** A link out of the course; null for what is no web address. */
  cw.wayOut = function (url, label) {
    if (!/^https?:\/\//i.test(url || '')) return null;
    const place = new URL(url).hostname.replace(/^www\./, '');
    return cw.el('div', { class: 'way-out' },
      cw.el('p', { class: 'quiet' }, cw.say('leaves')),
      cw.el('a', { class: 'button', href: url, target: '_blank', rel: 'noopener noreferrer' },
        cw.say(label || 'open', { place: place }), cw.icon('out')));
  };

  /** Facts in a row: [term, value] pairs, without those that have no value. */
  cw.facts = function (pairs) {
    const known = pairs.filter(([, value]) => value !== null && value !== undefined);
    return known.length ? cw.el('dl', { class: 'facts' }, known.map(([term, value]) =>
      cw.el('div', {}, cw.el('dt', {}, term), cw.el('dd', {}, value)))) : null;
  };

  cw.number = function (value, options) {
    return inLanguage((language) => new Intl.NumberFormat(language, options).format(value));
  };

  cw.percent = function (value) {
    return cw.number(value / 100, { style: 'percent', maximumFractionDigits: 2 });
  };

  cw.moment = function (iso) {
    return inLanguage((language) =>
      new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric',
        minute: '2-digit', timeZoneName: 'short' }).format(new Date(iso)));
  };

  /** Formats as the course's language does, or as the browser's where it does not know that one. */
  function inLanguage(format) {
    try {
      return format(cw.data.language);
    } catch (unknown) {
      return format(undefined);
    }
  }

  const SHAPES = {
    done: 'M4 10.5l4 4 8-9',
    out: 'M11 4h5v5M16 4l-8 8M14 12v4H4V6h4',
    down: 'M10 3v10M5.5 9l4.5 4.5L14.5 9M4 17h12',
    menu: 'M3 5h14M3 10h14M3 15h14',
    right: 'M4 10.5l4 4 8-9',
    wrong: 'M5 5l10 10M15 5L5 15',
  };

  /** A picture that only repeats what the words beside it say. */
  cw.icon = function (name) {
    const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    for (const [key, value] of [['viewBox', '0 0 20 20'], ['aria-hidden', 'true'], ['class', 'icon icon-' + name]]) {
      picture.setAttribute(key, value);
    }
    path.setAttribute('d', SHAPES[name]);
    picture.append(path);
    return picture;
  };

  const voice = cw.el('div', { role: 'status', class: 'unseen' });

  /** Says something to who does not see the page change. */
  cw.announce = function (text) {
    if (!voice.isConnected) document.body.append(voice);
    voice.textContent = text;
  };
})(window.coursewright);
