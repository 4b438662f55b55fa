// Speaking instead of typing, where the browser can: a button beside each text field. Only where the
// district's rules allow it (policies/workspace.toml): the browser's maker hears what is said.
"use strict";
(() => {
  const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
  if (!Recognition) return;
  for (const field of document.querySelectorAll("textarea")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "说话输入";
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.id = `${field.id}-voice`;
    hint.textContent = "说的话由浏览器的厂商转成文字，会离开本平台：不要说姓名、住址和电话。";
    button.setAttribute("aria-describedby", hint.id);
    button.addEventListener("click", () => listen(field, button));
    field.after(button, hint);
  }

  function listen(field, button) {
    const heard = new Recognition();
    heard.lang = "zh-CN";
    heard.interimResults = false;
    heard.onresult = (event) => {
      for (const result of event.results) field.value += result[0].transcript;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    heard.onend = () => { button.textContent = "说话输入"; };
    button.textContent = "正在听，请说话";
    heard.start();
  }
})();
