"""LC7xx: artifacts and runs."""

from .table import Code

ARTIFACTS = (
    Code(
        "LC701",
        "not an lstmc artifact",
        "The file is of another kind, or was written by another program.",
        "lstmc predict model.keras",
        "Name a `.lstmc` file; `lstmc build` and `lstmc fit` write them.",
    ),
    Code(
        "LC702",
        "the artifact is cut short or has been extended",
        "The file's length is not the one its header gives. A copy or download was cut off.",
        "head -c 1000 air.lstmc > cut.lstmc",
        "Copy the file again.",
    ),
    Code(
        "LC703",
        "the artifact is damaged",
        "Its SHA-256 is not the one that was written.",
        "one flipped bit",
        "Copy the file again from its source.",
    ),
    Code(
        "LC704",
        "the artifact is of another version",
        "It was written by a newer lstmc.",
        "format 2 read by a version that knows format 1",
        "Install a newer lstmc.",
    ),
    Code(
        "LC705",
        "the artifact contradicts itself",
        "Its weights are not those that its spec asks for.",
        "a tensor of another shape than the layer's",
        "Train again; the file was assembled by another program.",
    ),
    Code(
        "LC706",
        "the file cannot be written",
        "The folder does not exist, may not be written, or the disk is full.",
        "lstmc build air.lstm.json -o nowhere/air.lstmc",
        "Choose another place; the file that was there before is unharmed.",
    ),
    Code(
        "LC707",
        "the model is not trained",
        "Predictions of random weights mean nothing.",
        "lstmc build air.lstm.json && lstmc predict air.lstmc",
        "Train it first: `lstmc fit air.lstmc`.",
    ),
    Code(
        "LC708",
        "training diverged",
        "The loss or a weight became NaN or infinite.",
        '"learning_rate": 1000',
        "Lower the learning rate, scale the data (`data.scale`), or set `clipnorm`.",
    ),
    Code(
        "LC709",
        "another training is at work in this folder",
        "Two trainings would overwrite each other's files.",
        "lstmc fit air.lstm.json, twice at the same time",
        "Wait for the other to end, or choose another folder with `--run`.",
    ),
    Code(
        "LC710",
        "the run is finished",
        "`--resume` asks for more epochs than the finished run was asked for, and its checkpoint is gone.",
        "lstmc fit air.lstm.json --resume --set fit.epochs=100, after all of 50 epochs",
        "Train the model of the run further: `lstmc fit runs/air/air.lstmc --epochs 50`.",
    ),
    Code(
        "LC711",
        "the artifact cannot be read",
        "The path does not exist, is a folder, or may not be read.",
        "lstmc predict ari.lstmc",
        "Check the path.",
    ),
    Code(
        "LC712",
        "the checkpoint is of another training",
        "The spec or its data were changed since; the result would be neither the old nor the new one.",
        "lstmc fit air.lstm.json --resume --set layers.0.units=20",
        "Undo the change, or start from the beginning with `--restart`.",
    ),
    Code(
        "LC713",
        "an interrupted run is in this folder",
        "A new training would overwrite its checkpoint.",
        "lstmc fit air.lstm.json, after it was interrupted by Ctrl-C",
        "Continue it with `--resume`, start from the beginning with `--restart`, or choose another `--run`.",
    ),
    Code(
        "LC714",
        "weights are not finite",
        "A weight is NaN or infinite, and so is every prediction: such a file is neither written nor read.",
        "an artifact whose training has diverged",
        "Train again, with a lower learning rate or with `clipnorm` on the optimizer.",
    ),
    Code(
        "LC720",
        "files in the folder that no run wrote",
        "The folder of the run holds files of the names that a run writes, such as `history.csv`, and neither the "
        "report nor a checkpoint of a run is there: they are somebody else's.",
        "lstmc fit air.lstm.json --run notes, where notes/history.csv was written by hand",
        "Choose another folder with `--run`, or move the files away.",
    ),
)
