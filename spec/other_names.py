"""What others call things: names of other tools and versions, abbreviations, and what they are in a spec.

All words are written as `folded` writes them: in lower case, without `_` and `-`.
"""

from __future__ import annotations

from collections.abc import Mapping


def _words(text: str, meaning: str) -> dict[str, str]:
    return dict.fromkeys(text.split(), meaning)


#: By kind, from a word to the name of lstmc that means exactly the same, so that it may be written in its place.
SAME: Mapping[str, Mapping[str, str]] = {
    "layer": {
        "maxpool1d": "MaxPooling1D",
        "globalavgpool1d": "GlobalAveragePooling1D",
        "globalmaxpool1d": "GlobalMaxPooling1D",
        "convolution1d": "Conv1D",
        "cudnnlstm": "LSTM",
        "cudnngru": "GRU",
    },
    "loss": {
        **_words("squarederror l2loss mseloss", "mean_squared_error"),
        **_words("absoluteerror l1loss maeloss", "mean_absolute_error"),
        **_words("meansquaredlogerror", "mean_squared_logarithmic_error"),
        **_words("kullbackleiblerdivergence kldiv", "kl_divergence"),
    },
    "metric": {
        "rmse": "root_mean_squared_error",
        **_words("r2 rsquared coefficientofdetermination", "r2_score"),
        "f1": "f1_score",
        "fbeta": "f_beta_score",
        **_words("rocauc auroc aucroc", "auc"),
        **_words("sensitivity tpr truepositiverate", "recall"),
        **_words("ppv positivepredictivevalue", "precision"),
        "tp": "true_positives",
        "tn": "true_negatives",
        "fp": "false_positives",
        "fn": "false_negatives",
        **_words("pearson pearsonr pcc", "pearson_correlation"),
        "ccc": "concordance_correlation",
        "squarederror": "mean_squared_error",
        "absoluteerror": "mean_absolute_error",
        "meansquaredlogerror": "mean_squared_logarithmic_error",
        "kullbackleiblerdivergence": "kl_divergence",
        "logcosh": "log_cosh_error",
    },
    "initializer": {
        "xavieruniform": "glorot_uniform",
        "xaviernormal": "glorot_normal",
    },
    "regularizer": {"elasticnet": "l1l2"},
    "constraint": {"nonnegative": "non_neg"},
    "activation": {
        **_words("none identity noactivation", "linear"),
        "logistic": "sigmoid",
    },
    "optimizer": {
        "adamoptimizer": "Adam",
        "rmspropoptimizer": "RMSprop",
        "sgdoptimizer": "SGD",
        "gradientdescentoptimizer": "SGD",
    },
}

_FROM_PREDICTIONS = "compute it in Python from the values that `model.predict` returns"
_NO_TENSORS_TO_JOIN = "a spec is a chain of layers, each with one input: there is nothing to join"
_CELL = "use the layer that the cell belongs to: `LSTM`, `GRU` or `SimpleRNN`"
_CATEGORIES = "encode columns of categories with `data.categorical`"
_SCALING = "scale columns with `data.scale`"
_PROBABILITIES = "write `crossentropy`: the task decides which of the crossentropies it is"


def _activation(name: str) -> str:
    return f'write `{{ "type": "Activation", "activation": "{name}" }}`'


#: By kind, from a word to what to do instead: names of Keras without a counterpart, and words with several meanings.
ADVICE: Mapping[str, Mapping[str, str]] = {
    "layer": {
        **_words(
            "bilstm bidirectionallstm blstm", 'write `{ "type": "Bidirectional", "layer": { "type": "LSTM", … } }`'
        ),
        **_words("bigru bidirectionalgru", 'write `{ "type": "Bidirectional", "layer": { "type": "GRU", … } }`'),
        **_words("input inputlayer", "the shape of a sample is written at `input`"),
        **_words("add average concatenate dot maximum minimum multiply subtract concat merge", _NO_TENSORS_TO_JOIN),
        **_words("attention additiveattention multiheadattention groupqueryattention", _NO_TENSORS_TO_JOIN),
        **_words("rnn", "write `SimpleRNN`, `LSTM` or `GRU`"),
        **_words("lstmcell grucell simplernncell stackedrnncells", _CELL),
        "lambda": "a spec holds no code; prepare the data before, or use another layer",
        **_words("linear fullyconnected fc", "write `Dense`"),
        **_words("batchnorm batchnorm1d", "write `BatchNormalization`"),
        **_words("layernorm", "write `LayerNormalization`"),
        **_words("stringlookup integerlookup categoryencoding hashing discretization", _CATEGORIES),
        "textvectorization": "make token ids of texts with a script, and set `input.vocabulary`",
        **_words("normalization rescaling", _SCALING),
        "spatialdropout1d": 'write `"noise_shape": [null, 1, null]` on a `Dropout`',
        "identity": "leave it out: it changes nothing",
        "softmax": _activation("softmax"),
        "relu": _activation("relu"),
        "elu": _activation("elu"),
        "leakyrelu": _activation("leaky_relu"),
        "sigmoid": _activation("sigmoid"),
        "tanh": _activation("tanh"),
    },
    "loss": {
        **_words("rmse rootmeansquarederror", "it is a metric; minimise `mse`, which has the same minimum"),
        "crossentropyloss": _PROBABILITIES,
        **_words("logloss xent nll nllloss negativeloglikelihood softmaxcrossentropy", _PROBABILITIES),
        **_words("bceloss", "write `binary_crossentropy`"),
        **_words("bcewithlogitsloss", 'write `{ "type": "BinaryCrossentropy", "from_logits": true }`'),
        **_words("smoothl1 smoothl1loss huberloss", "write `huber`, whose `delta` is 1"),
        **_words("r2 r2score rsquared nse", "it is a metric, `r2_score`; minimise `mse`"),
        **_words("kge smape mase wape wmape quantile pinball quantileloss", "minimise `mse`, `mae` or `huber`"),
        **_words("accuracy acc f1 f1score auc", "it is a metric; minimise a crossentropy"),
        **_words("l1 l2", "write `mae` or `mse`; `l1` and `l2` are regularizers of layers"),
    },
    "metric": {
        "nse": "the Nash-Sutcliffe efficiency is `r2_score`",
        **_words("kge smape mase wape wmape mcc kappa cohenkappa medae mbe bias", _FROM_PREDICTIONS),
        **_words("balancedaccuracy confusionmatrix specificity tnr npv", _FROM_PREDICTIONS),
        **_words("aucpr prauc auprc averageprecision ap", 'write `{ "type": "AUC", "curve": "PR" }`'),
        **_words("loss valloss", "the loss is reported anyway; leave it out"),
        **_words("jaccard", 'write `{ "type": "IoU", … }`'),
        **_words(
            "topk topkaccuracy top5 top3", "write `top_k_categorical_accuracy` or `sparse_top_k_categorical_accuracy`"
        ),
        **_words("corr correlation", "write `pearson_correlation`"),
    },
    "initializer": {
        **_words("xavier", "write `glorot_uniform` or `glorot_normal`"),
        **_words("kaiming kaiminguniform kaimingnormal", "write `he_uniform` or `he_normal`"),
        **_words("gaussian", "write `random_normal`"),
    },
    "regularizer": {"ridge": "write `l2`", "lasso": "write `l1`"},
    "optimizer": {
        **_words("gd gradientdescent", "write `SGD`"),
        **_words("momentum nesterov", 'write `{ "type": "SGD", "momentum": 0.9 }`, with `"nesterov": true` if meant'),
        **_words("lossscaleoptimizer", "set `loss_scale_factor` on the optimizer, or `runtime.precision`"),
    },
    "schedule": {},
    "activation": {
        "threshold": "use `relu`",
        "prelu": "use `leaky_relu`, whose slope is fixed",
    },
    "task": {},
}

#: What other tools call the kinds of a task; where it may be several, none is certain.
TASKS: Mapping[str, tuple[str, ...]] = {
    "classification": ("binary", "multiclass"),
    "classifier": ("binary", "multiclass"),
    "forecast": ("regression",),
    "forecasting": ("regression",),
    "timeseries": ("regression",),
}

#: From a key of a spec to what others call it: where an object has the first, the others mean it.
RENAMED: Mapping[str, frozenset[str]] = {
    key: frozenset(words.split())
    for key, words in {
        "units": "hiddensize hiddenunits hiddendim numunits nunits neurons nneurons numneurons nbunits numhidden",
        "learning_rate": "lr",
        "epochs": "nepochs numepochs nbepoch nbepochs maxepochs",
        "batch_size": "bs minibatchsize",
        "timesteps": "lookback windowsize windowlength sequencelength sequencelen seqlen seqlength ntimesteps maxlen",
        "features": "nfeatures numfeatures inputsize inputdim nchannels channels",
        "vocabulary": "vocabsize vocab numwords ntokens",
        "filters": "outchannels nfilters nbfilter numfilters",
        "kernel_size": "filterlength filtersize",
        "rate": "dropoutrate dropoutprob dropout",
        "dropout": "dropoutrate dropoutprob",
        "classes": "numclasses nclasses classnames",
        "validation": "valid val dev",
    }.items()
}

_ARRAYS = "arrays are passed in Python: `model.fit(x, y, …)`"
_VALIDATION = (
    "name validation rows in `data.split`; arrays are passed in Python: `model.fit(x, y, validation_data=(x, y))`"
)
_CALLBACKS = "`fit` has `early_stopping`, `reduce_lr_on_plateau`, `checkpoint` and `tensorboard` in their place"
_NO_STEPS = "an epoch passes over all training samples once; set `epochs` and `batch_size`"
_INSIDE = "it belongs to the layer inside: write it in `layer`"
_AHEAD = "`horizon` counts the rows from the last input to the first target, `steps` the successive targets"
_LABELS = "`target` names the column to predict, `task.classes` lists the labels"
_WINDOW = 'write `"window": { "timesteps": n }`'

#: By section, from a key that others have to what to do instead.
KEY_ADVICE: Mapping[str, Mapping[str, str]] = {
    "Spec": {
        **_words("model architecture network", "list the layers at `layers`"),
        **_words("version", 'the version of the language is written `"lstmc": 1`'),
        **_words("lookback windowsize sequencelength", _WINDOW + " in `data`"),
        **_words("callbacks", _CALLBACKS),
        **_words("validationdata", _VALIDATION),
        **_words("dataset train training", "name the file at `data.source`, and train by `fit`"),
    },
    "Fit": {
        **_words("validationdata", _VALIDATION),
        **_words("callbacks", _CALLBACKS),
        **_words("stepsperepoch validationsteps steps", _NO_STEPS),
        **_words("initialepoch", "go on from a checkpoint with `lstmc fit --resume`"),
        **_words("validationbatchsize", "set `evaluate.batch_size`"),
        **_words("validationfreq", "every epoch is validated; leave it out"),
        **_words("workers usemultiprocessing maxqueuesize", "it was removed in Keras 3; leave it out"),
        **_words("x y", _ARRAYS),
        **_words("validation", "name the part in `data.split`, or set `validation_split` for arrays"),
        **_words("modelcheckpoint savebestonly", "write `checkpoint`"),
    },
    "Data": {
        **_words("lookback windowsize windowlength sequencelength seqlen timesteps", _WINDOW),
        **_words("label labels y", _LABELS),
        **_words("x inputs columns", "`features` names the columns to predict from"),
        **_words("path file filename filepath csv", "write `source`"),
        **_words("scaler scaling normalize normalization standardize", 'write `"scale": "standard"` or `"minmax"`'),
        **_words("testsize trainsize valsize", "write the parts in `split`"),
        **_words("shuffle", "samples are dealt into parts by `split.order`; `fit.shuffle` orders those to train on"),
    },
    "Window": {
        **_words(
            "step shift hop", "`stride` counts the rows from one sample to the next, `steps` the targets of a sample"
        ),
        **_words("forecasthorizon lead leadtime ahead lookahead outputsteps nout predictionlength", _AHEAD),
    },
    "Compile": {
        **_words("learningrate lr", 'write `"optimizer": { "type": "Adam", "learning_rate": 0.001 }`'),
        **_words("weightedmetrics", "metrics are reported without weights; write `metrics`"),
    },
    "Bidirectional": _words("units activation dropout recurrentdropout returnsequences hiddensize", _INSIDE),
    "TimeDistributed": _words("units activation dropout recurrentdropout returnsequences hiddensize", _INSIDE),
}
