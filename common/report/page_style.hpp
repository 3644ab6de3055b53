// The style sheet of the status page: one for light and dark, desk and phone; no picture, font or file besides.
#pragma once

#include <string_view>

namespace acme {

/// Holds no "<", so that it can stand in a <style> element as it is.
inline constexpr std::string_view kPageStyle = R"css(
:root{color-scheme:light dark;--bg:#fff;--card:#f6f8fa;--fg:#1b1f24;--soft:#59636e;--line:#d1d9e0;--link:#0550ae;
--good:#1a7f37;--busy:#0550ae;--warn:#8a5a00;--bad:#b91c28;--quiet:#59636e;--life:#b9c7d6;--past:#7d8fa3}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--card:#161b22;--fg:#e6edf3;--soft:#9da7b3;--line:#3d444d;
--link:#79b8ff;--good:#4ac26b;--busy:#79b8ff;--warn:#e0b341;--bad:#ff7b72;--quiet:#9da7b3;--life:#3d4f63;--past:#6b829c}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:75rem;padding:0 1rem 2rem;background:var(--bg);color:var(--fg);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
main:focus{outline:none}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:.5rem;padding:.5rem;background:var(--bg);z-index:1}
header{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;padding:.75rem 0;border-bottom:1px solid var(--line)}
header nav{font-weight:600}
#live{margin:0 0 0 auto;color:var(--soft);font-size:.875rem}
h1{font-size:1.5rem;line-height:1.25;margin:1.25rem 0 .5rem}
h2{font-size:1.125rem;margin:2rem 0 .5rem}
h3{font-size:1rem;margin:.75rem 0 .25rem}
.banner h2,.cards h3{margin-top:0}
p{margin:.25rem 0}
.soft,footer{color:var(--soft);font-size:.875rem}
footer{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.5rem}
code,.mono{font-family:ui-monospace,"Cascadia Mono","DejaVu Sans Mono",monospace;font-size:.875em}
.said{unicode-bidi:isolate;white-space:pre-wrap}
.banner{margin:1rem 0;padding:.75rem 1rem;border:1px solid var(--line);border-left:.375rem solid var(--quiet);
background:var(--card);border-radius:.25rem}
.good{--tone:var(--good)}.busy{--tone:var(--busy)}.warn{--tone:var(--warn)}.bad{--tone:var(--bad)}.quiet{--tone:var(--quiet)}
.banner.warn,.banner.bad,.banner.busy,.banner.good{border-left-color:var(--tone)}
.state{color:var(--tone);font-weight:600}
.state::before{content:"";display:inline-block;width:.625rem;height:.625rem;margin-right:.375rem;border-radius:50%;
background:var(--tone)}
.bad .state::before,.state.bad::before{border-radius:0;transform:rotate(45deg)}
.warn .state::before,.state.warn::before{border-radius:0}
.busy .state::before,.state.busy::before{background:none;border:.1875rem solid var(--tone)}
.counts,.cards,.events,.steps,.names{list-style:none;margin:0;padding:0}
.counts{display:grid;grid-template-columns:repeat(auto-fill,minmax(8rem,1fr));gap:.5rem}
.counts a{display:block;padding:.5rem .75rem;border:1px solid var(--line);border-left:.375rem solid var(--tone);
border-radius:.25rem;background:var(--card);color:var(--fg);text-decoration:none}
.counts a:hover{border-color:var(--tone)}
.counts a[aria-current]{outline:2px solid var(--tone)}
.counts b{display:block;font-size:1.5rem;line-height:1.2}
.counts .none{opacity:.75}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(20rem,100%),1fr));gap:.75rem}
.cards>li{padding:.75rem 1rem;border:1px solid var(--line);border-radius:.25rem;background:var(--card)}
.events li{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,2fr) minmax(0,1fr);gap:.25rem 1rem;align-items:center;
padding:.375rem 0;border-bottom:1px solid var(--line)}
.events .when{grid-column:3}
.bar{display:block;width:100%;height:1.25rem}.list .bar{height:.75rem}
.bar .life{fill:var(--life)}.bar .past{fill:var(--past)}.bar .window{fill:var(--busy);opacity:.55}
.bar .chosen{fill:var(--busy)}.bar .now{fill:var(--bad)}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:.25rem 0}
.key::before{content:"";display:inline-block;width:.75rem;height:.75rem;margin-right:.25rem;background:var(--life);
vertical-align:-.0625rem}
.key.past::before{background:var(--past)}.key.window::before{background:var(--busy);opacity:.55}
.key.chosen::before{background:var(--busy);width:.1875rem}.key.now::before{background:var(--bad);width:.1875rem}
form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end;margin:.5rem 0}
label{display:block;font-size:.875rem;color:var(--soft)}
input,select,button{font:inherit;color:var(--fg);background:var(--card);border:1px solid var(--soft);border-radius:.25rem;
padding:.25rem .5rem;min-height:2.25rem;max-width:100%}
table{border-collapse:collapse;width:100%}
caption{text-align:left;color:var(--soft);font-size:.875rem;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-size:.875rem;font-weight:600}
tbody th{font-weight:600}
th .soft{font-weight:400}
.date{display:inline-block}
.list{table-layout:fixed}
.list th:nth-child(1){width:24%}.list th:nth-child(2){width:27%}.list th:nth-child(3){width:13%}
.list th:nth-child(4){width:10%}.list th:nth-child(5){width:14%}
.paging{display:flex;flex-wrap:wrap;gap:.5rem 1rem;margin:.75rem 0}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) minmax(0,1fr);gap:.25rem 1rem;margin:.5rem 0}
dt{color:var(--soft)}
dd{margin:0}
.steps li,.names li{padding:.25rem 0 .25rem 1rem;border-left:.25rem solid var(--tone,var(--line));margin:.25rem 0}
dd .names li{border:0;margin:0;padding:0}
@media (max-width:45rem){
.events li,dl{grid-template-columns:minmax(0,1fr)}
.events .when{grid-column:1}
dd{margin-bottom:.5rem}
thead{position:absolute;left:-100rem}
table,tbody,tr,th,td,caption{display:block}
.list tbody th:nth-child(1){width:auto}
tbody tr{border:1px solid var(--line);border-left:.375rem solid var(--tone,var(--line));border-radius:.25rem;
background:var(--card);padding:.5rem .75rem;margin:.5rem 0}
tbody th,tbody td{border:0;padding:.125rem 0}
td[data-label]::before{content:attr(data-label) ": ";color:var(--soft)}
}
@media print{header,footer,form,.paging,.skip{display:none}}
)css";

}  // namespace acme
