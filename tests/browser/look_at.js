// What test_every_page.py asks of a page. Evaluated in it; the result is a dictionary there.
() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  // The structure alone: texts, addresses, names and numbers differ from role to role and say nothing about accessibility.
  const shape = (selector) =>
    all(selector)
      .map((element) => element.outerHTML)
      .join("")
      .replace(/ aria-current="\w+"/g, "")
      .replace(/>[^<]+</g, ">x<")
      .replace(/ (href|value|action|id|for|name|title|d|aria-[a-z]+|hx-[a-z]+)="[^"]+"/g, " $1")
      .replace(/\d+/g, "0");
  return {
    wide: document.documentElement.scrollWidth - innerWidth,
    nodes: document.getElementsByTagName("*").length,
    // htmx 2 notes the address of the page, and no more, for the back button.
    stored: [
      ...Object.keys(localStorage),
      ...Object.keys(sessionStorage).filter((key) => key !== "htmx-current-path-for-history"),
    ],
    text: document.body.innerText,
    links: all("a[href]").map((link) => link.href),
    // Controls as the browser draws them by itself. Radios, boxes and file fields are drawn by what stands around them.
    plain: all("main button, main select, main textarea, main input")
      .filter((control) => !control.className && !/hidden|radio|checkbox|file/.test(control.type))
      .map((control) => control.outerHTML.slice(0, 80)),
    shape: [shape("main"), shape("header, .side")],
  };
}
