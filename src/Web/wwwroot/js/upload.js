// Sends the file of an input straight from the browser: it never passes through the page's memory, and progress is the network's.
export function send(input, address, fields, owner) {
  return new Promise(resolve => {
    const request = input.sending = new XMLHttpRequest();
    let told = 0;
    request.upload.onprogress = e => {
      if (e.timeStamp - told < 200 && e.loaded < e.total) return;
      told = e.timeStamp;
      owner.invokeMethodAsync("OnSent", e.loaded, e.total);
    };
    request.onload = () => resolve({ status: request.status, body: request.responseText });
    request.onerror = () => resolve({ status: 0, body: "" });
    request.onabort = () => resolve({ status: -1, body: "" });
    request.open("POST", new URL(address, document.baseURI));
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", input.files[0]);
    request.send(form);
  });
}

export function abort(input) {
  input?.sending?.abort();
}

export function chosen(input) {
  const file = input.files[0];
  return file ? { name: file.name, size: file.size } : null;
}
