"""The seed job in PyTorch, as its tutorials write it: nn.LSTM, nn.Linear, Adam, eager mode."""

from protocol import JOBS, SAMPLES, family_data, read_data, repeat_for, serve

BATCH = 32
state = {"jobs": {}}


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


def _open(name):
    torch = state["torch"]
    nn = torch.nn
    job = JOBS[name]

    class Recurrent(nn.Module):
        """Recurrent layers and a dense layer over the last h."""

        def __init__(self, layer, features, embedding=None):
            super().__init__()
            self.embedding, self.layer, self.dense = embedding, layer, nn.Linear(features, job["classes"])

        def forward(self, x, lengths):
            if self.embedding is not None:
                x = self.embedding(x)
            if job.get("masked"):
                x = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            _, h = self.layer(x)
            h = h[0] if isinstance(h, tuple) else h
            return self.dense(torch.cat((h[-2], h[-1]), dim=-1) if self.layer.bidirectional else h[-1])

    models = {
        "bidirectional": lambda: Recurrent(
            nn.LSTM(32, 64, num_layers=2, bidirectional=True, batch_first=True), 128
        ),
        "gru": lambda: Recurrent(nn.GRU(28, 128, batch_first=True), 128),
        "stacked": lambda: Recurrent(nn.LSTM(28, 256, num_layers=2, batch_first=True), 256),
        "text": lambda: Recurrent(nn.LSTM(64, 128, batch_first=True), 128, nn.Embedding(10_000, 64)),
    }
    model = models[name]()
    x, labels, lengths = (torch.from_numpy(each) for each in family_data(job))
    return {
        "model": model,
        "optimizer": torch.optim.Adam(model.parameters(), fused=True),
        "x": x,
        "labels": labels.float()[:, None] if job["classes"] == 1 else labels.long(),
        "lengths": lengths,
        "loss": nn.BCEWithLogitsLoss() if job["classes"] == 1 else nn.CrossEntropyLoss(),
        "batches": iter(()),
    }


def family(job, seconds):
    torch, batch = state["torch"], JOBS[job]["batch"]
    opened = state["jobs"].get(job) or state["jobs"].setdefault(job, _open(job))

    def step():
        rows = next(opened["batches"], None)
        if rows is None:
            opened["batches"] = iter(torch.randperm(SAMPLES).split(batch))
            rows = next(opened["batches"])
        opened["optimizer"].zero_grad()
        outputs = opened["model"](opened["x"][rows], opened["lengths"][rows])
        opened["loss"](outputs, opened["labels"][rows]).backward()
        opened["optimizer"].step()

    calls, elapsed = repeat_for(seconds, step)
    return {"samplesPerSecond": calls * batch / elapsed, "calls": calls, "seconds": elapsed}


serve({"start": start, "train": train, "infer": infer, "family": family})
