/* Each type of content, drawn. `cw.draw[type](content)` gives elements that stand below the content's heading. */
(function (cw) {
  'use strict';

  const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

  cw.draw = {
    rich_text: (content) => [cw.el('div', { class: 'prose page', html: content.html })],

    video(content) {
      const transcript = content.transcript ? cw.el('details', { class: 'transcript' },
        cw.el('summary', {}, cw.say('transcript')), cw.el('div', { class: 'prose', html: content.transcript })) : null;
      const still = content.poster && !content.href ? cw.el('img', { src: content.poster, alt: '' }) : null;
      return [still, content.href ? film(content) : cw.wayOut(content.url),
        content.captionsUrl ? cw.wayOut(content.captionsUrl, 'captionsAt') : null, transcript];
    },

    pdf(content) {
      if (!content.href) return [pageCount(content), cw.wayOut(content.url)];
      return [
        cw.el('iframe', { class: 'document', src: content.href, title: content.title }),
        cw.el('div', { class: 'actions' }, download(content),
          cw.el('a', { class: 'button', href: content.href, target: '_blank', rel: 'noopener' }, cw.say('openTab'), cw.icon('out'))),
        pageCount(content),
      ];
    },

    downloadable_resource: (content) => [
      content.standard ? cw.el('p', { class: 'note' }, cw.say('package', { standard: content.standard })) : null,
      content.href ? cw.el('div', { class: 'actions' }, download(content)) : cw.wayOut(content.url),
    ],

    assignment: (content) => [
      cw.facts([
        [cw.say('due'), content.due && cw.moment(content.due)],
        [cw.say('points'), content.most === null ? null : cw.number(content.most)],
        [cw.say('passingPoints'), content.passing === null ? null : cw.number(content.passing)],
      ]),
      cw.el('div', { class: 'prose', html: content.html }),
      cw.el('p', { class: 'note' }, cw.say('handIn')),
    ],

    live_session: (content) => [
      cw.facts([
        [cw.say('when'), content.scheduled && cw.moment(content.scheduled)],
        [cw.say('length'), content.length === null ? null : cw.say('minutes', { n: cw.number(content.length) })],
      ]),
      cw.wayOut(content.url, 'join') || cw.el('p', { class: 'note' }, cw.say('noLink')),
    ],
  };

  // ── video ──────────────────────────────────────────────────────────────────────────────────────

  function film(content) {
    const video = cw.el('video', { controls: true, preload: 'metadata', playsinline: true, poster: content.poster,
      'aria-label': content.title, onerror: () => fallback.removeAttribute('hidden') },
    cw.el('source', { src: content.href, onerror: () => fallback.removeAttribute('hidden') }),
    content.captions ? cw.el('track', { kind: 'captions', src: captions(content.captions), default: true,
      srclang: content.captions.language, label: cw.say('captions') }) : null);
    const fallback = cw.el('div', { class: 'actions', hidden: true },
      cw.el('p', { class: 'note' }, cw.say('videoFailed')), download(content));
    return cw.el('div', { class: 'film' }, video, speed(video), fallback);
  }

  /** A page opened from a disk may not load files beside it as captions, but may make them from text. */
  function captions(from) {
    const onDisk = location.protocol === 'file:' && from.text;
    return onDisk ? URL.createObjectURL(new Blob([from.text], { type: 'text/vtt' })) : from.href;
  }

  function speed(video) {
    const list = cw.el('select', { onchange: () => { video.playbackRate = Number(list.value); } },
      SPEEDS.map((rate) => cw.el('option', { value: rate, selected: rate === 1 }, cw.number(rate) + ' ×')));
    return cw.el('label', { class: 'speed' }, cw.el('span', {}, cw.say('speed')), list);
  }

  // ── files ──────────────────────────────────────────────────────────────────────────────────────

  function download(content) {
    return cw.el('a', { class: 'button', href: content.href, download: content.name },
      cw.icon('down'), cw.say('download', { name: content.name }), cw.el('span', { class: 'quiet' }, size(content.bytes)));
  }

  function size(bytes) {
    const [unit, one] = bytes < 1e6 ? ['kilobyte', 1e3] : bytes < 1e9 ? ['megabyte', 1e6] : ['gigabyte', 1e9];
    return cw.number(Math.max(bytes / one, 0.1), { style: 'unit', unit: unit, maximumSignificantDigits: 2 });
  }

  function pageCount(content) {
    return content.pageCount ? cw.el('p', { class: 'quiet' }, cw.say('pages', { n: cw.number(content.pageCount) })) : null;
  }
})(window.coursewright);
