// Colours code: highlight.js with the languages that sessions are full of. Loaded on demand, by pages that hold code.
// Gives the page one function, which answers spans with the classes of highlight.js as text; everything else in it is
// escaped. An unknown language is answered by null.
import core from "highlight.js/lib/highlight.js";
import bash from "highlight.js/lib/languages/bash.js";
import cmake from "highlight.js/lib/languages/cmake.js";
import cpp from "highlight.js/lib/languages/cpp.js";
import cs from "highlight.js/lib/languages/cs.js";
import css from "highlight.js/lib/languages/css.js";
import diff from "highlight.js/lib/languages/diff.js";
import dockerfile from "highlight.js/lib/languages/dockerfile.js";
import go from "highlight.js/lib/languages/go.js";
import ini from "highlight.js/lib/languages/ini.js";
import java from "highlight.js/lib/languages/java.js";
import javascript from "highlight.js/lib/languages/javascript.js";
import json from "highlight.js/lib/languages/json.js";
import kotlin from "highlight.js/lib/languages/kotlin.js";
import markdown from "highlight.js/lib/languages/markdown.js";
import php from "highlight.js/lib/languages/php.js";
import python from "highlight.js/lib/languages/python.js";
import ruby from "highlight.js/lib/languages/ruby.js";
import rust from "highlight.js/lib/languages/rust.js";
import sql from "highlight.js/lib/languages/sql.js";
import swift from "highlight.js/lib/languages/swift.js";
import typescript from "highlight.js/lib/languages/typescript.js";
import xml from "highlight.js/lib/languages/xml.js";
import yaml from "highlight.js/lib/languages/yaml.js";

const languages = {
  bash, cmake, cpp, cs, css, diff, dockerfile, go, ini, java, javascript, json, kotlin, markdown, php, python, ruby,
  rust, sql, swift, typescript, xml, yaml,
};
for (const name in languages) core.registerLanguage(name, languages[name]);
const aliases = { less: "css", scss: "css", shell: "bash", svelte: "xml", vue: "xml" };

window.pankoHighlight = (language, text) => {
  const name = aliases[language] ?? language;
  return core.getLanguage(name) ? core.highlight(name, text, true).value : null;
};
