"""The look that all public pages share: for phones first, light and dark, the console's colours, nothing loaded."""

STYLE = """
:root { color-scheme: light dark; --ground: #eceeef; --panel: #f8f9f9; --raised: #fff; --line: #d5d9dc;
  --ink: #1b2329; --soft: #4b5862; --accent: #24313d; --on-accent: #fff; --link: #1d4f7c; --bad: #a34400;
  --focus: #1f5f99 }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171a; --panel: #1c2024; --raised: #23282d; --line: #343a41; --ink: #e7eaec; --soft: #aab4bc;
    --accent: #d8e0e6; --on-accent: #14171a; --link: #9cc7ee; --bad: #ff9a52; --focus: #7fb8ea }
}
*, *::before, *::after { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC",
    sans-serif; -webkit-text-size-adjust: 100% }
main { max-width: 42rem; margin: 0 auto; padding: 1rem 1rem 3rem }
h1 { font-size: 1.4rem; line-height: 1.3; margin: .25rem 0 1rem }
h2 { font-size: 1.05rem; margin: 0 0 .5rem }
p { margin: 0 0 .6rem }
form { margin-bottom: 1rem }
ul + p { margin-top: .6rem }
p:last-child, form:last-child, ul:last-child, ol:last-child { margin-bottom: 0 }
ul, ol { margin: 0; padding-left: 1.2rem }
li + li { margin-top: .25rem }
a { color: var(--link); text-underline-offset: 2px }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px }
.panel, fieldset { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem;
  padding: .9rem 1rem; margin: 0 0 .9rem; min-width: 0 }
.small, small, .en { color: var(--soft); font-size: .875rem }
.top { display: flex; justify-content: flex-end }
.top a { padding: .4rem 0 }
.wrong { color: var(--bad) }
label { display: block }
label + label { margin-top: .8rem }
input, select, textarea { display: block; width: 100%; font: inherit; color: inherit; background: var(--raised);
  border: 1px solid var(--line); border-radius: .375rem; padding: .55rem .7rem; margin-top: .2rem }
input, select { min-height: 2.75rem }
textarea { min-height: 7rem; resize: vertical }
button { font: inherit; font-weight: 600; min-height: 3rem; padding: .6rem 1.8rem; border: 0; border-radius: .375rem;
  margin-top: 1rem; background: var(--accent); color: var(--on-accent); cursor: pointer }
@media (max-width: 30rem) { button { width: 100% } }
@media print { body { background: #fff; color: #000 } }
"""
