/* Time as it is told to platforms. Durations come from a clock that nobody can set. */
(function (cw) {
  'use strict';

  const opened = performance.now();

  const two = (number) => String(number).padStart(2, '0');

  cw.clock = {
    /** Seconds since the page was opened. */
    seconds: () => (performance.now() - opened) / 1000,

    /** SCORM 1.2 CMITimespan: HHHH:MM:SS.SS. */
    timespan(seconds) {
      const hundredths = Math.min(Math.round(Math.max(0, seconds) * 100), 9999 * 360000);
      const [hours, rest] = [Math.floor(hundredths / 360000), hundredths % 360000];
      return String(hours).padStart(4, '0') + ':' + two(Math.floor(rest / 6000)) + ':' +
        two(Math.floor((rest % 6000) / 100)) + '.' + two(rest % 100);
    },

    /** ISO 8601 as SCORM 2004 and xAPI take it: at most two decimals of a second. */
    duration(seconds) {
      const hundredths = Math.round(Math.max(0, seconds) * 100);
      return 'PT' + Math.floor(hundredths / 360000) + 'H' + Math.floor((hundredths % 360000) / 6000) + 'M' +
        ((hundredths % 6000) / 100).toFixed(2) + 'S';
    },

    /** HH:MM:SS, the learner's own time. */
    time(date) {
      return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
    },

    /** YYYY-MM-DDThh:mm:ss without a zone: the one form of a timestamp that every platform took. */
    timestamp(date) {
      return date.getFullYear() + '-' + two(date.getMonth() + 1) + '-' + two(date.getDate()) + 'T' + cw.clock.time(date);
    },

    /** MM:SS, or H:MM:SS, for a countdown. */
    left(seconds) {
      const whole = Math.max(0, Math.ceil(seconds));
      const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
      return (hours ? hours + ':' + two(minutes) : String(minutes)) + ':' + two(whole % 60);
    },
  };
})(window.coursewright);
