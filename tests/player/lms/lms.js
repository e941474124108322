/* scorm-again as a platform, with what a platform does around it: it keeps the data model between visits and says how
 * the SCO is entered. Every call goes into a log, which outlives the page as the data does, in localStorage. */
(function () {
  'use strict';

  const query = new URLSearchParams(location.search);
  const version = query.get('version');
  const [fault, faulty] = (query.get('fault') || '').split(':'); // what goes wrong, and in which call or element; in all without
  const kept = (name, otherwise) => JSON.parse(localStorage.getItem(name) || JSON.stringify(otherwise));
  const keep = (name, value) => localStorage.setItem(name, JSON.stringify(value));

  const old = version === '1.2';
  const cmi = kept('cmi', null);
  let runtime = null;
  const planted = kept('given', {}); // what a test has the platform hand over, whatever it is

  const script = document.createElement('script');
  script.src = '/npm/scorm-again/dist/scorm' + (old ? '12' : '2004') + '.min.js';
  script.onload = start;
  document.head.append(script);

  function start() {
    runtime = old ? new window.Scorm12API({ logLevel: 5 }) : new window.Scorm2004API({ logLevel: 5 });
    if (cmi) runtime.loadFromJSON(cmi, 'cmi');
    enter();
    const frame = document.createElement('iframe');
    frame.src = query.get('launch');
    frame.title = 'Course';
    document.body.append(frame);
  }

  function enter() {
    const resumed = cmi && localStorage.getItem('exit') === 'suspend';
    const mode = query.get('mode') || 'normal';
    const core = old ? runtime.cmi.core : runtime.cmi;
    core.entry = resumed ? 'resume' : cmi ? '' : 'ab-initio';
    if (old) core.lesson_mode = mode;
    else core.mode = mode;
    const mastery = query.get('mastery');
    if (mastery && old) runtime.cmi.student_data.mastery_score = mastery;
    if (mastery && !old) runtime.cmi.scaled_passing_score = mastery;
  }

  const FAULTS = {
    throws: () => { throw new Error('the platform is broken'); },
    garbage: () => ({ toString: () => '<img src=x onerror="window.top.hit = true">' + 'x'.repeat(100000) }),
    refuses: (name) => (/Initialize|Terminate|Finish/.test(name) ? 'true' : 'false'),
  };

  function logged(name) {
    return function (...given) {
      if (fault && (!faulty || name.endsWith(faulty) || String(given[0]).includes(faulty))) return FAULTS[fault](name);
      const answer = /GetValue/.test(name) && given[0] in planted ? planted[given[0]] : runtime[name](...given);
      const error = /GetLastError/.test(name) ? '0' : String(old ? runtime.LMSGetLastError() : runtime.GetLastError());
      keep('calls', kept('calls', []).concat([[name, given.map(String), String(answer), error]]));
      if (/Commit|Finish|Terminate/.test(name)) {
        localStorage.setItem('exit', (given.length && /Finish|Terminate/.test(name) && lastExit()) || localStorage.getItem('exit') || '');
        keep('cmi', JSON.parse(JSON.stringify(runtime.cmi)));
      }
      return answer;
    };
  }

  function lastExit() {
    return kept('calls', []).filter(([name, [element]]) => /SetValue/.test(name) && /exit$/.test(element)).map(([, [, value]]) => value).pop();
  }

  const names = ['Initialize', 'Terminate', 'GetValue', 'SetValue', 'Commit', 'GetLastError', 'GetErrorString', 'GetDiagnostic'];
  const api = {};
  for (const name of names) {
    const full = old ? 'LMS' + (name === 'Terminate' ? 'Finish' : name) : name;
    api[full] = logged(full);
  }
  if (version) window[old ? 'API' : 'API_1484_11'] = api;
})();
