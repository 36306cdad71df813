"""D3: messages whose content is not what the protocol says, nested, with broken text."""

# %% first
kernel = get_ipython().kernel
odd = {"data": {"text/plain": 3, "text/html": [1]}, "metadata": 7, "transient": 5}
deep = []
for _ in range(600):
    deep = [deep]
for content in ({"data": "x"}, odd, {}, {"data": {"a/b": deep}, "metadata": {}}):
    kernel.session.send(kernel.iopub_socket, "display_data", content, parent=kernel.get_parent())
kernel.session.send(kernel.iopub_socket, "execute_input", {"code": "", "execution_count": "<b>"}, parent=kernel.get_parent())
kernel.session.send(kernel.iopub_socket, "stream", {"name": "x", "text": "\ud800"}, parent=kernel.get_parent())
kernel.session.send(kernel.iopub_socket, "status", {"execution_state": 7}, parent=kernel.get_parent())
