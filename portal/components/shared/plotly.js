// Plotly, loaded once from our own server when the first chart is drawn, and what feed text must go through before it:
// Plotly reads a small HTML (`<b>`, `<a href>`, entities) in every label it draws.

let loading = null;

/** @returns {Promise<object>} Plotly */
export function plotly(address) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading = null;
      reject(new Error("The charts' library did not load."));
    };
    document.head.append(script);
  });
  return loading;
}

/** Text that Plotly draws as it stands. */
export function plain(text) {
  return String(text ?? "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
