"""LC5xx: the data cannot be read, or does not fit the model."""

from .table import Code

DATA = (
    Code(
        "LC501",
        "the data cannot be read",
        "The path does not exist, is a folder or may not be read, or no file matches the pattern. Relative paths count"
        " from the spec or artifact.",
        '"source": "polution.csv"',
        "Check `data.source` or `--data`.",
    ),
    Code(
        "LC502",
        "unknown format of data",
        "The format is told by the file's ending, or by `data.source.format`.",
        '"source": "pollution.xlsx"',
        "Save the table as CSV, TSV, Parquet or JSON Lines, or arrays as NPZ or NPY.",
    ),
    Code(
        "LC503",
        "a column is not in the table",
        "The name is compared exactly, with upper and lower case.",
        '"target": "PM2.5" where the header says `pm2.5`',
        "Use the name that is suggested.",
    ),
    Code(
        "LC504",
        "a text where a number is needed",
        "The column is used as a number, and one of its cells is none.",
        "pollution.csv, row 25, column `pm2.5`: `high`",
        "Correct the cell, leave the column out of `data.features`, or name it at `data.categorical`.",
    ),
    Code(
        "LC505",
        "a missing value",
        "A cell is empty (or NA, N/A, NaN, null), and `missing` is `error`. Only in numbers, None is missing too.",
        "pollution.csv, row 2, column `pm2.5` is empty",
        'Fill the cell, or say what is to be done: `"missing": "forward_fill"`.',
    ),
    Code(
        "LC506",
        "a value that is not finite",
        "NaN or infinity, possibly after rounding to 32 bits, would make every weight NaN.",
        "x[3, 0, 2] is nan",
        "Correct the value before training.",
    ),
    Code(
        "LC507",
        "the data is not [samples, timesteps, features]",
        "The layers read three axes, and the data has another number of them.",
        "x of shape (1199, 11) for a stack of LSTMs",
        "Set `data.arrange`, or reshape the array.",
    ),
    Code(
        "LC508",
        "the number of timesteps differs",
        "The model was compiled for another length of sequence. Keras would train silently.",
        "x of shape (100, 12, 8) where the model reads 24 timesteps",
        "Correct the data, or `input.timesteps`.",
    ),
    Code(
        "LC509",
        "the number of features differs",
        "The model was compiled for another number of values a timestep.",
        "x of shape (100, 24, 7) where the model reads 8 features",
        "Correct the data, or `input.features`.",
    ),
    Code(
        "LC510",
        "the target does not have the output's shape",
        "Each output needs one target. Keras would broadcast most mismatches silently.",
        "y of shape (100, 1) where the model gives (100, 24, 1)",
        "Correct the target, or the last layers.",
    ),
    Code(
        "LC511",
        "inputs and targets differ in number",
        "Each sample has one target.",
        "x has 100 samples, y has 99",
        "Bring both to the same length.",
    ),
    Code(
        "LC512",
        "a class id out of range",
        "Class ids are the integers from 0 to the number of units less one.",
        "label 3 where Dense(3) knows 0, 1, 2",
        "Count classes from 0, or give the last layer more units.",
    ),
    Code(
        "LC513",
        "binary labels are 0 and 1",
        "A binary crossentropy over other values is meaningless; Keras computes it silently.",
        "label 2 with binary_crossentropy",
        "Encode the labels as 0 and 1, or use `multiclass`.",
    ),
    Code(
        "LC514",
        "one-hot rows and class ids mixed up",
        "`sparse_categorical_crossentropy` takes class ids, `categorical_crossentropy` one-hot rows.",
        "y of shape (1199, 3) with sparse_categorical_crossentropy",
        "Use the other loss, or encode the labels the other way.",
    ),
    Code(
        "LC515",
        "too few rows",
        "A window, or a part of the split, needs more rows than there are.",
        "20 rows with a window of 24 timesteps",
        "Use a shorter window, another split or more data.",
    ),
    Code(
        "LC516",
        "a time stamp that cannot be read",
        "The time column orders the rows, so each of its cells must be a time or a number.",
        "air.csv, row 7, column `date`: `yesterday`",
        "Write times as 2026-01-31 or 2026-01-31 12:00, or give their format at `data.time.format`.",
    ),
    Code(
        "LC517",
        "the same time stamp twice",
        "The order of the two rows is not known, so windows over them would be arbitrary.",
        "air.csv, rows 7 and 8: 2026-01-31",
        "The help names the likely cause: several series, a clock that was set back, or rows that are there twice.",
    ),
    Code(
        "LC518",
        "not numbers",
        "The array holds text, objects or complex numbers, or its rows differ in length.",
        "x of dtype object",
        "Hand in an array of floats or integers.",
    ),
    Code(
        "LC519",
        "an array is not in the file",
        "`x` and `y` name arrays of an npz file.",
        '"source": { "path": "a.npz", "x": "X_trian" }',
        "Use the name that is suggested.",
    ),
    Code(
        "LC520",
        "the data file is broken",
        "The file does not hold what its ending and `data.source.encoding` promise.",
        "a CSV row with more cells than the header, a cut npz, Latin-1 read as UTF-8",
        "Correct the row that is named, or copy the file again.",
    ),
    Code(
        "LC521",
        "a label that the model does not know",
        "The classes were learned from the training rows, or are listed at `task.classes`.",
        "label `virginica` where the model knows setosa, versicolor",
        "Correct the label, or train with rows of that class.",
    ),
    Code(
        "LC522",
        "no data",
        "The spec names no data and none was handed in.",
        "lstmc fit air.lstm.json without `data`",
        "Add `data` to the spec, or `--data PATH`.",
    ),
    Code(
        "LC523",
        "targets that the output cannot reach",
        "The last activation's range does not contain all targets.",
        "targets 0 … 994 with a sigmoid output",
        "Use a linear output, or scale the target.",
        "warning",
    ),
    Code(
        "LC524",
        "a constant column",
        "A column without variation cannot be scaled; its scaled values are 0.",
        '"scale": "standard" over a column that is 1 in every training row',
        "Leave the column out of `data.features`.",
        "warning",
    ),
    Code(
        "LC525",
        "values far from 1",
        "Gates saturate on large inputs, and little is learned.",
        "values up to 994 with `scale` none",
        'Set `"scale": "standard"` in `data`.',
        "warning",
    ),
    Code(
        "LC526",
        "no targets to compare with",
        "To train and to evaluate, the data needs its targets.",
        "lstmc evaluate air.lstmc --data new.csv without the column `pm2.5`",
        "Add the target column; `lstmc predict` needs none.",
    ),
    Code(
        "LC527",
        "the number of samples is not a multiple of the batch size",
        "A stateful layer carries one state for each sample of a batch.",
        "37 samples with a stateful batch of 4",
        "Change `input.batch_size`, or the split.",
    ),
    Code(
        "LC528",
        "windows that overlap are split one by one",
        "Windows that share rows are assigned to the parts at random, so the targets of the test windows are also in"
        " training windows. The evaluation would measure memory, not prediction.",
        '"window": { "timesteps": 10 } beside "split": { "train": 0.8, "test": 0.2, "order": "random" }',
        'Split by blocks of rows, `"order": "blocks"`, or set a `stride` with which windows share no row.',
    ),
    Code(
        "LC529",
        "the rows cannot be split by blocks",
        "Each part needs a block, and a block is at least as long as a window with its targets.",
        '"split": { "train": 0.8, "test": 0.2, "order": "blocks", "block": 5 } with windows of 11 rows',
        "Use longer blocks, a shorter window, fewer parts or more rows.",
    ),
    Code(
        "LC530",
        "a category that the model does not know",
        "Categories are learned from the training rows. A new one is taken for `other` where these have that category.",
        "air.csv, row 9, column `cbwd`: `SW` where training showed NE, NW, SE, cv",
        "Correct the cell, or train with rows of the category, or of `other`.",
    ),
    Code(
        "LC531",
        "predictions of differences that cannot be undone",
        "A model of differences predicts the change since the last known value of its target, so it needs that value.",
        'model.predict(x) with `"difference": 1` where the target is not among the features',
        "Predict from a table that has the target column, or train with the target among `data.features`.",
    ),
    Code(
        "LC532",
        "an id that the model does not know",
        "Ids are whole numbers from 0 to one less than the vocabulary; the table of an `Embedding` has no other rows.",
        "x[3, 7] is 1000 where the vocabulary has 1000 ids",
        "Correct the ids, or `input.vocabulary` and the `input_dim` of the `Embedding`.",
    ),
    Code(
        "LC533",
        "samples that are too short for the model",
        "A convolution or a pool without padding needs as many timesteps as its kernel or pool is long, and each one "
        "leaves fewer to the layers after it. `lstmc show` gives the least number of timesteps.",
        "a sample of 1 timestep for a Conv1D with a kernel of 3",
        'Use longer samples, pad them, or give the convolutions and pools `"padding": "same"`.',
    ),
    Code(
        "LC534",
        "samples of a length that a layer cannot reshape",
        "The model reads any number of timesteps, and a `Reshape` in it divides their values into rows of fixed "
        "length. Some numbers of timesteps do not make whole rows.",
        'samples of 3 timesteps with 3 features for `"target_shape": [-1, 6]`',
        "Use samples whose values make whole rows, or another `target_shape`.",
    ),
    Code(
        "LC536",
        "several series in one table",
        "A column tells several series apart, or files overlap in time. Windows over their rows would begin in one"
        " series and end in another.",
        "rows of the stations `s1` and `s2` one below the other, with `window`",
        "Train on one series at a time, each in a file of its own. From Python, build arrays `[samples, timesteps,"
        " features]` in which no sample mixes two series.",
    ),
    Code(
        "LC537",
        "windows over rows that are not in order of time",
        "`data.time` names no column, so windows take the rows as they stand in the file, and a column of time stamps"
        " shows that they do not follow one another.",
        "a table that begins with the newest row, with `window` and without `time`",
        "Name the column at `data.time`: rows are then sorted.",
    ),
    Code(
        "LC538",
        "padding that cannot be told from data",
        "The model begins with `Masking`, and the inputs are scaled: timesteps at the beginning and at the end of a"
        " sample in which all features equal `mask_value` are padding, which is not scaled. Such a timestep among"
        " others may be padding or a measurement.",
        "x[3, 5] is 0 in all features, between timesteps that are not, with `Masking` and `scale`",
        "Use a `mask_value` that is not among the measurements, and write it where a timestep is missing:"
        ' `"missing": { "fill": -1 }` with `Masking` of -1 skips it wherever it is.',
    ),
    Code(
        "LC539",
        "a measurement that would be skipped as padding",
        "After scaling, all features of a timestep equal the `mask_value` of `Masking`, which would skip it.",
        'one feature scaled by `"minmax"` to 0 … 1 under `Masking` with the mask_value 0: its least value becomes 0',
        "Use a `mask_value` that scaled values do not take, such as -10, and pad with it.",
    ),
    Code(
        "LC540",
        "the weights do not fit the samples",
        "Each sample has one weight, or each timestep where every timestep has an output. Weights are finite numbers of"
        " at least 0, and at least one of them is not 0.",
        "model.fit(x, y, sample_weight=[1, -1])",
        "Pass one weight for each sample; for a table, name the column of weights at `fit.sample_weight`.",
    ),
    Code(
        "LC541",
        "lengths that do not fit the sequences",
        "`length` names an array with the number of timesteps of each sample; what lies beyond is padding.",
        "a length of 30 for a sample of 24 timesteps",
        "Count the timesteps of each sample that are not padding.",
    ),
    Code(
        "LC543",
        "validation data that cannot be used",
        "Beside arrays, `validation_data` is a pair of inputs and targets, or three with the weights. Of a table, the "
        "split says which rows validate.",
        "model.fit(x, y, validation_data=x_val)",
        "Hand in `(x_val, y_val)`; for a table write `data.split`.",
    ),
    Code(
        "LC544",
        "a baseline that cannot be computed",
        "`persistence` and `seasonal` repeat the value of an earlier row, so they need windows of a table. `seasonal`"
        " also needs a season, which the time stamps suggest or `evaluate.season` sets, and data that is not streamed.",
        '"evaluate": { "baseline": "seasonal" } where rows are 13 minutes apart',
        "Set `evaluate.season` to the rows of a season, or leave `evaluate.baseline` out.",
    ),
    Code(
        "LC550",
        "data that cannot be streamed",
        "A table that is read in chunks is never seen as a whole: what needs all of its rows at once is not possible.",
        '"stream": true beside "split": { "train": 0.8, "test": 0.2, "order": "random" }',
        "Leave out the key that is named, or `stream`; a file packed by gzip is unpacked first.",
    ),
    Code(
        "LC551",
        "streamed rows that are not in order of time",
        "Rows that are read in chunks cannot be sorted, and windows are runs of rows in order of time.",
        "row 40,001 is of 2026-01-03, and the row before it of 2026-02-01",
        "Sort the file by its time stamps, or set `data.stream` to false so that the table is sorted in memory.",
    ),
    Code(
        "LC553",
        "a far value that repeats",
        "A value such as -999 often marks a missing one. Read as a number, it spoils scaling, training and metrics.",
        "-999 in 12 of 400 cells of a column whose other values lie between 5 and 16",
        "Leave these cells of the file empty, and say at `data.missing` what becomes of them.",
        "warning",
    ),
    Code(
        "LC554",
        "dates that order no rows",
        "A column looks like dates and is not used as time, so windows follow the order of the file: some of its cells "
        "are empty, repeated or written in another way.",
        "`soon` among the dates of the column `when`, with `lstmc init --timesteps`",
        "Correct the column, or make sure that the oldest row comes first.",
        "warning",
    ),
    Code(
        "LC560",
        "a path that leads out of the folder",
        "Paths in a spec stay in the folder of the spec, and those in an artifact in its folder or in the working "
        "directory, symbolic links followed and hidden files excepted: a file from elsewhere must not decide which of "
        "your files are read. Paths that you name yourself, with `--data`, `--set` or from Python, may lead anywhere.",
        '{ "data": { "source": "../../etc/passwd" } }',
        "Move the data into the folder, or name it with `--data`. If you trust the file, and for data behind a "
        "symbolic link, use `--allow-outside`, in Python `allow_outside=True`.",
    ),
    Code(
        "LC565",
        "a data file that is not there",
        "`lstmc check` compares the columns that a spec names with those of its data. The spec may be right, but that "
        "was not done: the file does not exist yet, or its path is wrong.",
        'lstmc check air.lstm.json, with "source": "polution.csv"',
        "Correct the path, or check other data with `--data`. With `--with-data` this is an error.",
        severity="warning",
    ),
    Code(
        "LC566",
        "a spec that names no data file",
        "`data` has no `source`: the rows are passed as a data frame, or by `--data`. So `lstmc check` has nothing to "
        "compare the columns with.",
        'lstmc check air.lstm.json, with "data": { "target": "pm2.5", "window": { "timesteps": 24 } }',
        "Nothing, where data is passed later. To check the columns, add `--data PATH`, or write `data.source`.",
        severity="info",
    ),
    Code(
        "LC567",
        "data that would not be used",
        "Each part of the split has data of its own, so a file or a data frame that is passed to train on belongs to "
        "no part.",
        'model.fit("new.csv") with "split": { "train": { "path": "a.csv" }, "test": { "path": "b.csv" } }',
        "Pass no data, or give `data.split` fractions of the rows that are passed.",
    ),
)
