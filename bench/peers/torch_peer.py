"""The seed job in PyTorch, as its tutorials write it: nn.LSTM, nn.Linear, Adam, eager mode."""

from protocol import read_data, repeat_for, serve

BATCH = 32
state = {}


def start(threads, data, **_):
    import torch

    class SeedJob(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = torch.nn.LSTM(28, 128, batch_first=True)
            self.dense = torch.nn.Linear(128, 10)

        def forward(self, x):  # [B, 28, 28] -> [B, 10]
            _, (h, _) = self.lstm(x)
            return self.dense(h[-1])

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    x, labels = read_data(data)
    model = SeedJob()
    state.update(
        torch=torch,
        model=model,
        optimizer=torch.optim.Adam(model.parameters(), fused=True),  # its fastest on a CPU
        x=torch.from_numpy(x),
        labels=torch.from_numpy(labels).long(),
    )
    return {"version": torch.__version__}


def train(seconds):
    torch, model, optimizer = state["torch"], state["model"], state["optimizer"]
    x, labels = state["x"], state["labels"]
    loss_function = torch.nn.CrossEntropyLoss()
    batches = iter(())
    model.train()

    def step():
        nonlocal batches
        rows = next(batches, None)
        if rows is None:
            batches = iter(torch.randperm(len(x)).split(BATCH))
            rows = next(batches)
        optimizer.zero_grad()
        loss = loss_function(model(x[rows]), labels[rows])
        loss.backward()
        optimizer.step()

    calls, elapsed = repeat_for(seconds, step)
    return {"samplesPerSecond": calls * BATCH / elapsed, "calls": calls, "seconds": elapsed}


def infer(batch, seconds):
    torch, model = state["torch"], state["model"].eval()
    x = state["x"][:batch].clone()
    with torch.inference_mode():
        calls, elapsed = repeat_for(seconds, lambda: torch.softmax(model(x), dim=-1))
    return {"samplesPerSecond": calls * batch / elapsed, "calls": calls, "seconds": elapsed}


serve({"start": start, "train": train, "infer": infer})
