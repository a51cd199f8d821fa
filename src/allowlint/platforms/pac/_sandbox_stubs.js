// What a PAC script finds around it, and the one way in which its answers leave the engine.
//
// Evaluated before the script, with a function as its value: called once with what the world is like, it defines the
// helper functions and returns `ask`, which only the program outside holds. Whatever decides what is reported uses
// operators on primitive values and built-in functions taken before the script could replace them; `mark` is only ever
// set, never cleared, while code of the script runs.
//
// The helpers behave as those that Mozilla published and most browsers took over: case is kept, globs are made into
// regular expressions by replacing `.`, `*` and `?` alone, time ranges do not wrap. pacparser runs the same text; the
// two are compared in tests/oracle.
(function (addressList, own, moment, literalGlobs, entry, longest, old, declaredList, undeclaredList) {
  "use strict";

  var NAMES = [
    "dnsResolve", "isResolvable", "myIpAddress", "time", "random", "locale", "engine", "shExpMatch", "isInNetEx",
    "dnsResolveEx", "isResolvableEx", "myIpAddressEx", "sortIpAddressList", "getClientVersion", "state",
  ];
  var DNS = 1, RESOLVABLE = 2, OWN = 4, TIME = 8, RANDOM = 16, LOCALE = 32, ENGINE = 64, GLOB = 128, MICROSOFT = 256, STATE = 16384;

  var world = globalThis, apply = Reflect.apply, construct = Reflect.construct, define = Reflect.defineProperty;
  var remove = Reflect.deleteProperty;
  var exec = RegExp.prototype.exec, codeAt = String.prototype.charCodeAt, has = Object.prototype.hasOwnProperty, RealDate = Date;
  var stringify = JSON.stringify;
  var PRINTABLE = /^[ !#-\[\]-~]*$/, IN_GLOBS = /[|()\[\]{}+^$\\]/;
  var ADDRESS = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/, ZEROS = /(?:^|\.)0\d/;
  var DOTTED = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
  var addresses = addressList === "" ? [] : addressList.split(" ");
  // What globs were made into: a list of hundreds is looked through for every question.
  var globs = { __proto__: null };
  var asked = 0;

  function mark(bit) {
    asked = asked | bit;
  }

  function matches(pattern, text) {
    return apply(exec, pattern, [text]) !== null;
  }

  function isAddress(text) {
    // 010.1.2.3 is octal to some resolvers and no address to others.
    return matches(ADDRESS, text) && !matches(ZEROS, text);
  }

  // -- the helpers -----------------------------------------------------------------------------------------------------

  // They call one another by their global names, as the published ones do, so that a script may replace one.
  var helpers = {
    dnsDomainIs: function (host, domain) {
      return host.length >= domain.length && host.substring(host.length - domain.length) == domain;
    },
    localHostOrDomainIs: function (host, name) {
      return host == name || name.lastIndexOf(host + ".", 0) == 0;
    },
    isPlainHostName: function (host) {
      return host.search(/\./) < 0;
    },
    dnsDomainLevels: function (host) {
      return host.split(".").length - 1;
    },
    convert_addr: function (text) {
      var part = text.split(".");
      return ((part[0] & 255) << 24) | ((part[1] & 255) << 16) | ((part[2] & 255) << 8) | (part[3] & 255);
    },
    isInNet: function (host, net, mask) {
      var parts = DOTTED.exec(host), address = host;
      if (parts === null) {
        address = dnsResolve(host);
        if (address == null) return false;
      } else if (parts[1] > 255 || parts[2] > 255 || parts[3] > 255 || parts[4] > 255) {
        return false;
      }
      var bits = convert_addr(mask);
      return (convert_addr(address) & bits) == (convert_addr(net) & bits);
    },
    dnsResolve: function (host) {
      host = "" + host;
      if (isAddress(host)) return host;
      mark(DNS);
      for (var i = 0; i < addresses.length; i++) if (isAddress(addresses[i])) return addresses[i];
      return null;
    },
    isResolvable: function (host) {
      if (!isAddress("" + host)) mark(RESOLVABLE);
      return dnsResolve(host) != null;
    },
    myIpAddress: function () {
      mark(OWN);
      return own;
    },
    shExpMatch: function (text, glob) {
      var known = typeof glob === "string" ? globs[glob] : void 0;
      if (known) {
        if (known.special) mark(GLOB);
        return known.pattern.test(text);
      }
      var special = matches(IN_GLOBS, "" + glob);
      if (special) mark(GLOB);
      var source = glob.replace(literalGlobs ? /[.|()\[\]{}+^$\\\/]/g : /\./g, "\\$&");
      var pattern = new RegExp("^" + source.replace(/\*/g, ".*").replace(/\?/g, ".") + "$");
      if (typeof glob === "string") globs[glob] = { __proto__: null, pattern: pattern, special: special };
      return pattern.test(text);
    },
    alert: function () {},
    weekdayRange: function () {
      var range = timeArguments(arguments), first = position(DAYS, range[0]);
      var last = range.length > 1 ? position(DAYS, range[1]) : first, day = now().getUTCDay();
      return first >= 0 && last >= 0 && first <= day && day <= last;
    },
    dateRange: function () {
      var range = timeArguments(arguments), half = range.length >> 1, today = dayNumber([]);
      if (range.length === 1) return dayNumber(range) === today;
      if (range.length === 0 || range.length % 2) return false;
      return dayNumber(range.slice(0, half)) <= today && today <= dayNumber(range.slice(half));
    },
    timeRange: function () {
      var range = timeArguments(arguments), half = range.length >> 1, hour = now().getUTCHours();
      if (range.length === 0) return false;
      if (range.length === 1) return hour == range[0];
      if (range.length === 2) return range[0] <= hour && hour <= range[1];
      if (range.length !== 4 && range.length !== 6) throw "timeRange: bad number of arguments";
      var second = hour * 3600 + now().getUTCMinutes() * 60 + now().getUTCSeconds();
      var from = range[0] * 3600 + range[1] * 60 + (half === 3 ? +range[2] : 0);
      var to = range[half] * 3600 + range[half + 1] * 60 + (half === 3 ? +range[5] : 59);
      return from <= second && second <= to;
    },
  };

  var DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
  var MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

  // Nothing here may need what is taken away for an old engine.
  function position(list, word) {
    for (var i = 0; i < list.length; i++) if (list[i] === word) return i;
    return -1;
  }

  function numbers(text) {
    var parts = text.split(".");
    for (var i = 0; i < parts.length; i++) parts[i] = +parts[i];
    return parts;
  }

  function now() {
    return new RealDate(moment);
  }

  // The arguments without the closing "GMT": the client is taken to live there.
  function timeArguments(given) {
    mark(TIME);
    var range = [];
    for (var i = 0; i < given.length; i++) range.push(given[i]);
    if (range.length && range[range.length - 1] === "GMT") range.pop();
    return range;
  }

  // A number that grows from day to day; what the parts do not say is as today.
  function dayNumber(parts) {
    var today = now(), day = today.getUTCDate(), month = today.getUTCMonth(), year = today.getUTCFullYear();
    for (var i = 0; i < parts.length; i++) {
      var number = parseInt(parts[i], 10);
      if (isNaN(number)) month = position(MONTHS, parts[i]);
      else if (number < 32) day = number;
      else year = number;
    }
    return (year * 12 + month) * 32 + day;
  }

  // -- Microsoft's additions: not every client has them, so that looking at one is already a question to the client ----

  var additions = {
    isInNetEx: function (text, prefix) {
      var slash = ("" + prefix).split("/"), address = bytesOf("" + text), net = bytesOf(slash[0]);
      if (slash.length !== 2 || address === null || net === null || address.length !== net.length) return false;
      var bits = parseInt(slash[1], 10);
      if (!(bits >= 0 && bits <= net.length * 8)) return false;
      for (var i = 0; i < bits; i++) {
        if (((address[i >> 3] ^ net[i >> 3]) >> (7 - (i & 7))) & 1) return false;
      }
      return true;
    },
    dnsResolveEx: function (host) {
      return bytesOf("" + host) === null ? addresses.join(";") : "" + host;
    },
    isResolvableEx: function (host) {
      return bytesOf("" + host) !== null || addresses.length > 0;
    },
    myIpAddressEx: function () {
      return own;
    },
    sortIpAddressList: function (list) {
      var parts = ("" + list).split(";");
      for (var i = 0; i < parts.length; i++) {
        parts[i] = parts[i].replace(/^\s+|\s+$/g, "");
        if (bytesOf(parts[i]) === null) return false;
      }
      return parts.sort(compareAddresses).join(";");
    },
    getClientVersion: function () {
      return "1.0";
    },
  };

  // Version 6 first, then by number: so Windows sorts them.
  function compareAddresses(left, right) {
    var a = bytesOf(left), b = bytesOf(right);
    if (a.length !== b.length) return b.length - a.length;
    for (var i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
    return 0;
  }

  // The bytes of an address of either version; null for what is none.
  function bytesOf(text) {
    if (isAddress(text)) return numbers(text);
    var halves = text.split("::");
    if (text.indexOf(":") < 0 || halves.length > 2) return null;
    var head = groupsOf(halves[0]), tail = halves.length === 2 ? groupsOf(halves[1]) : [];
    if (head === null || tail === null) return null;
    var missing = 16 - head.length - tail.length;
    if (halves.length === 2 ? missing < 2 : missing !== 0) return null;
    while (missing-- > 0) head.push(0);
    return head.concat(tail);
  }

  function groupsOf(text) {
    var groups = text === "" ? [] : text.split(":"), bytes = [];
    for (var i = 0; i < groups.length; i++) {
      if (i === groups.length - 1 && isAddress(groups[i])) return bytes.concat(numbers(groups[i]));
      if (!matches(/^[0-9a-fA-F]{1,4}$/, groups[i])) return null;
      bytes.push(parseInt(groups[i], 16) >> 8, parseInt(groups[i], 16) & 255);
    }
    return bytes;
  }

  // -- what differs from client to client ------------------------------------------------------------------------------

  // A global that counts as asked for as soon as it is read; a script that assigns to it or declares it has its own.
  function watched(name, value, bit) {
    define(world, name, {
      __proto__: null,
      configurable: true,
      get: function () {
        mark(bit);
        return value;
      },
      set: function (mine) {
        define(world, name, { __proto__: null, configurable: true, enumerable: true, writable: true, value: mine });
      },
    });
  }

  function replaced(owner, name, value) {
    define(owner, name, { __proto__: null, configurable: true, enumerable: false, writable: true, value: value });
  }

  function inLocale(owner, name) {
    var original = owner[name];
    replaced(owner, name, function () {
      mark(LOCALE);
      return apply(original, this, arguments);
    });
  }

  function PacDate(...given) {
    mark(TIME);
    if (!new.target) return "" + new RealDate(moment);
    return construct(RealDate, given.length ? given : [moment], new.target);
  }

  function install() {
    // Like function declarations, which a script's own may replace but `let` may not.
    for (var name in helpers) {
      define(world, name, { __proto__: null, enumerable: true, writable: true, value: helpers[name] });
    }
    var bit = MICROSOFT;
    for (var extra in additions) {
      watched(extra, additions[extra], bit);
      bit = bit << 1;
    }
    // What only some engines have, or what tells when memory is cleaned up or how time goes on.
    ["WeakRef", "FinalizationRegistry", "Atomics", "SharedArrayBuffer", "Iterator", "Float16Array", "DisposableStack",
      "AsyncDisposableStack", "SuppressedError", "InternalError",
    ].forEach(function (unusual) {
      if (unusual in world) watched(unusual, world[unusual], ENGINE);
    });
    ["performance", "queueMicrotask", "DOMException", "btoa", "atob", "navigator", "console"].forEach(function (foreign) {
      delete world[foreign];
    });
    ["localeCompare", "toLocaleLowerCase", "toLocaleUpperCase"].forEach(function (method) {
      inLocale(String.prototype, method);
    });
    inLocale(Number.prototype, "toLocaleString");
    replaced(Math, "random", function () {
      mark(RANDOM);
      return 0.5;
    });
    ["UTC", "parse", "now"].forEach(function (method) {
      var original = RealDate[method];
      replaced(PacDate, method, function () {
        mark(TIME);
        return method === "now" ? moment : apply(original, RealDate, arguments);
      });
    });
    define(PacDate, "prototype", { __proto__: null, writable: false, value: RealDate.prototype });
    replaced(RealDate.prototype, "constructor", PacDate);
    replaced(PacDate, "name", "Date");
    replaced(world, "Date", PacDate);
    if (old) grownOld();
    watchKept(declaredList, true);
    watchKept(undeclaredList, false);
  }

  // -- what is kept from call to call ------------------------------------------------------------------------------------

  // The number of the call; the script is loaded in the first.
  var call = 0;

  // A global that calls write: whoever reads it before it was written in the same call learns what was asked before.
  function watchKept(list, declared) {
    var names = list === "" ? [] : list.split(" ");
    for (var i = 0; i < names.length; i++) kept(names[i], declared);
  }

  function kept(name, exists) {
    var value, written = -1;
    if (name in world) return;
    define(world, name, {
      __proto__: null,
      configurable: true,
      enumerable: true,
      get: function () {
        if (call > 0 && written !== call) mark(STATE);
        if (!exists) throw new ReferenceError(name + " is not defined");
        return value;
      },
      set: function (mine) {
        exists = true;
        written = call;
        value = mine;
      },
    });
  }

  // -- the engine of 1999 --------------------------------------------------------------------------------------------------

  // ECMA-262, third edition, section 15, with `substr` of its annex B; nothing else stays but what PAC adds.
  var OF_1999 = {
    Object: ["toString toLocaleString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable", ""],
    Function: ["toString apply call", ""],
    Array: ["toString toLocaleString concat join pop push reverse shift slice sort splice unshift", ""],
    String: [
      "toString valueOf charAt charCodeAt concat indexOf lastIndexOf localeCompare match replace search slice split substring " +
        "substr toLowerCase toLocaleLowerCase toUpperCase toLocaleUpperCase",
      "fromCharCode",
    ],
    Boolean: ["toString valueOf", ""],
    Number: [
      "toString toLocaleString valueOf toFixed toExponential toPrecision",
      "MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY",
    ],
    // The accessors stay, because the methods of texts ask them.
    RegExp: ["exec test toString source global ignoreCase multiline flags hasIndices dotAll unicode unicodeSets sticky", ""],
  };
  var MATH_OF_1999 =
    "E LN10 LN2 LOG2E LOG10E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos exp floor log max min pow random round sin sqrt tan";
  var GLOBALS_OF_1999 =
    "NaN Infinity undefined eval parseInt parseFloat isNaN isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent " +
    "escape unescape Date Error EvalError RangeError ReferenceError SyntaxError TypeError URIError Math";

  function stripped(owner, words) {
    var kept = (words + " length name prototype constructor").split(" "), names = Object.getOwnPropertyNames(owner);
    for (var i = 0; i < names.length; i++) if (position(kept, names[i]) < 0) remove(owner, names[i]);
  }

  function grownOld() {
    var globals = GLOBALS_OF_1999, name, getNames = Object.getOwnPropertyNames;
    for (name in OF_1999) globals += " " + name;
    for (name in helpers) globals += " " + name;
    for (name in additions) globals += " " + name;
    var kept = globals.split(" "), all = getNames(world), made = {};
    for (name in OF_1999) made[name] = world[name];
    for (var i = 0; i < all.length; i++) if (position(kept, all[i]) < 0) remove(world, all[i]);
    deviate();
    stripped(Math, MATH_OF_1999);
    for (name in OF_1999) if (name !== "Object") {
      stripped(made[name].prototype, OF_1999[name][0]);
      stripped(made[name], OF_1999[name][1]);
    }
    stripped(made.Object.prototype, OF_1999.Object[0]);
    stripped(made.Object, OF_1999.Object[1]);
  }

  // Where JScript is not the third edition either ("JScript Deviations from ES3", Microsoft 2007). What is rare counts as a
  // question to the client.
  function deviate() {
    var substr = String.prototype.substr, split = String.prototype.split, unshift = Array.prototype.unshift;
    var splice = Array.prototype.splice, read = parseInt, Pattern = RegExp;
    replaced(String.prototype, "substr", function (start, count) {
      return apply(substr, this, [start < 0 ? 0 : start, arguments.length > 1 ? count : Infinity]);
    });
    replaced(String.prototype, "split", function (separator) {
      if (separator instanceof Pattern) mark(ENGINE);
      return apply(split, this, arguments);
    });
    replaced(Array.prototype, "unshift", function () {
      apply(unshift, this, arguments);
    });
    replaced(Array.prototype, "splice", function () {
      if (arguments.length < 2) mark(ENGINE);
      return apply(splice, this, arguments);
    });
    replaced(world, "parseInt", function (text, base) {
      // Zeros in front make a number octal.
      return read(text, base === void 0 && matches(/^\s*[-+]?0[0-9]/, "" + text) ? 8 : base);
    });
    replaced(RegExp.prototype, "exec", function (text) {
      var found = apply(exec, this, [text]);
      // A group that took no part is an empty text there.
      if (found !== null) for (var i = 1; i < found.length; i++) if (found[i] === void 0) mark(ENGINE);
      return found;
    });
    // A text has no characters by index there; the script is rewritten to ask here.
    define(world, "allowlint_item", {
      __proto__: null,
      value: function (owner, index) {
        return typeof owner === "string" && matches(/^[0-9]+$/, "" + index) ? void 0 : owner[index];
      },
    });
  }

  // -- how an answer leaves --------------------------------------------------------------------------------------------

  // The text as the inside of a JSON string of ASCII characters.
  function escaped(text) {
    if (matches(PRINTABLE, text)) return text;
    var out = "", hex = "0123456789abcdef";
    for (var i = 0; i < text.length; i++) {
      var code = apply(codeAt, text, [i]);
      var plain = code >= 32 && code < 127 && code !== 34 && code !== 92;
      out += plain ? text[i] : "\\u" + hex[code >> 12] + hex[(code >> 8) & 15] + hex[(code >> 4) & 15] + hex[code & 15];
    }
    return out;
  }

  function shortened(text) {
    var out = "";
    for (var i = 0; i < text.length && i < 300; i++) out += text[i];
    return escaped(out);
  }

  // Code of the script may run here (an accessor); it can say what it likes about its own exception, and nothing else.
  function described(error) {
    try {
      if (typeof error === "string") return "exception:" + shortened(error);
      if (typeof error !== "object" || error === null) return "exception:threw " + (error === null ? "null" : typeof error);
      var name = error.name, message = error.message;
      if (typeof name !== "string" || typeof message !== "string") return "exception:threw an object that is no error";
      var ours = name === "InternalError" || (name === "RangeError" && message === "Maximum call stack size exceeded");
      return (ours ? "limit:" : "exception:") + shortened(name + ": " + message) + lineOf(error);
    } catch (again) {
      return "exception:threw an object that cannot be described";
    }
  }

  // The innermost place that is not in a helper function, which stands in this file.
  function lineOf(error) {
    var stack = error.stack, frame, frames = /at (\S+) \(<input>:(\d+)/g;
    if (typeof stack !== "string") return "";
    while ((frame = apply(exec, frames, [stack])) !== null) {
      if (!apply(has, helpers, [frame[1]]) && !apply(has, additions, [frame[1]])) return " (line " + frame[2] + ")";
    }
    return "";
  }

  function outcome(url, host, really) {
    var result;
    try {
      // Browsers look for a property of the global object (ProxyResolverV8::Context::GetFindProxyForURL in Chromium).
      var find = world[entry];
      if (typeof find !== "function") return "exception:no function " + entry + " (const and let do not make it global)";
      if (!really) return "string:";
      result = find(url, host);
    } catch (error) {
      return described(error);
    }
    if (result === null) return "null:";
    if (typeof result === "undefined") return "undefined:";
    if (typeof result !== "string") return "other:returned a value of type " + typeof result;
    return result.length > longest ? "limit:returned a text of " + result.length + " characters" : "string:" + escaped(result);
  }

  function listed(bits) {
    var out = "";
    for (var i = 0; i < NAMES.length; i++) if ((bits >> i) & 1) out += (out === "" ? "" : ",") + NAMES[i];
    return out;
  }

  var atLoad = -1, busy = false;
  install();

  // "<asked while loading> <asked now> <kind>:<text>" as JSON. `really` false only looks whether there is a function to call.
  return function ask(url, host, really) {
    // A script can get hold of this function: Error.prepareStackTrace shows it what it was called by.
    if (busy) throw "busy";
    busy = true;
    if (atLoad < 0) atLoad = asked;
    asked = 0;
    call++;
    var answer = outcome(url, host, really);
    busy = false;
    // In one piece: the binding cannot read a text that the engine still keeps as parts to be joined.
    return stringify(listed(atLoad) + " " + listed(asked) + " " + answer);
  };
})
