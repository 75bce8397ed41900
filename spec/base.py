"""What every section of a spec is made of: strict frozen models, and objects named by `type`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Annotated, Any, ClassVar, TypeAlias, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializationInfo,
    ValidatorFunctionWrapHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

NAME_PATTERN = r"^([A-Za-z0-9_-]|[A-Za-z0-9_-][A-Za-z0-9_.-]{0,62}[A-Za-z0-9_-])$"
_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(10))))


def is_reserved(name: str) -> bool:
    """Whether Windows takes a file of that name, whatever its ending, for a device.

    >>> is_reserved("CON"), is_reserved("aux.2026"), is_reserved("console")
    (True, True, False)
    """
    return name.partition(".")[0].casefold() in _DEVICES


def is_name(text: str) -> bool:
    """Whether a model or layer can be called that: names become files, folders and variables."""
    return re.fullmatch(NAME_PATTERN, text) is not None and not is_reserved(text)


def name_like(text: str) -> str:
    """The name that is nearest to a text; `model` where nothing of it can be kept.

    >>> name_like("air quality"), name_like(".."), name_like("con.2026")
    ('air-quality', 'model', 'model-con.2026')
    """
    kept = "".join(char if char.isascii() and (char.isalnum() or char in "_.-") else "-" for char in text)
    name = kept.strip(".")
    return (f"model-{name}" if is_reserved(name) else name)[:64].rstrip(".") or "model"


def _not_reserved(name: str) -> str:
    if is_reserved(name):
        raise PydanticCustomError("reserved_name", "a name that is not reserved")
    return name


#: The greatest count: more than any machine holds, and small enough that products of counts are floats.
GREATEST = 10**15

Positive: TypeAlias = Annotated[int, Field(gt=0, le=GREATEST)]
Natural: TypeAlias = Annotated[int, Field(ge=0, le=GREATEST)]
Rate: TypeAlias = Annotated[float, Field(ge=0.0, lt=1.0)]
NonNegativeFloat: TypeAlias = Annotated[float, Field(ge=0.0)]
PositiveFloat: TypeAlias = Annotated[float, Field(gt=0.0)]
Seed: TypeAlias = Annotated[int, Field(ge=0, lt=2**31)]
Name: TypeAlias = Annotated[str, Field(pattern=NAME_PATTERN), AfterValidator(_not_reserved)]


class Section(BaseModel):
    """A JSON object of the spec: strict types, no unknown keys, immutable."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", defer_build=True, allow_inf_nan=False)

    #: Keys that earlier versions of Keras had under another name, and the name that they have now.
    renamed: ClassVar[Mapping[str, str]] = {}
    #: Keys that Keras once had, or that live elsewhere in a spec, and what to do instead.
    removed: ClassVar[Mapping[str, str]] = {}
    #: Keys that a later version will have, also as others spell them: what they are for, and what does it until then.
    planned: ClassVar[Mapping[str, tuple[str, str]]] = {}

    @classmethod
    def later(cls) -> frozenset[str]:
        """The keys that this version refuses."""
        return frozenset(name for name, field in cls.model_fields.items() if marker_in(field.metadata, Later))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong between the arguments of one object, each of which is right alone.

    Attributes:
        key: the argument to change.
        message: what is wrong.
        help: what to do.
        code: the code of the diagnostic.
    """

    key: str
    message: str
    help: str
    code: str = "LC204"


class Tagged(Section):
    """A section that says what it is by its `type`."""

    type: str

    def faults(self) -> Iterator[Fault]:
        """What its arguments have against each other."""
        yield from ()

    def by_name(self, _name: str) -> "Tagged":
        """What stands for a name alone, of which this has the defaults."""
        return self

    def arguments(self) -> dict[str, Any]:
        """The arguments as Keras spells them, without `type`, nested objects untouched."""
        return {name: getattr(self, name) for name in type(self).model_fields if name != "type"}


class Later:
    """Marks a key that belongs to the language and that this version refuses, with code LC209."""

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_refuse)

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "null"}


def _refuse(value: object) -> None:
    if value is not None:
        raise PydanticCustomError("later", "not yet in this version")


NotYet: TypeAlias = Annotated[None, Later(), Field(exclude=True)]


class Classes(Mapping[str, type[Tagged]]):
    """Classes by type; the module of a class is imported when the class is first asked for.

    A vocabulary has many classes, a spec names few of them, and each costs half a millisecond to make.
    """

    def __init__(self, package: str, modules: Mapping[str, tuple[str, ...]], *, alphabetical: bool = False) -> None:
        """Finds each type of `modules`, by module of `package`, in the class of that name.

        They keep the order of `modules`, unless they are to be `alphabetical`.
        """
        self._package = package
        found = {type_: module for module, types in modules.items() for type_ in types}
        self._modules = dict(sorted(found.items())) if alphabetical else found

    def __getitem__(self, type_: str) -> type[Tagged]:
        module = import_module(f"{self._package}.{self._modules[type_]}")
        cls: type[Tagged] = getattr(module, type_)
        return cls

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)

    def __contains__(self, type_: object) -> bool:
        return type_ in self._modules


@dataclass(frozen=True)
class Registry:
    """Classes that are chosen by the `type` of an object, or by a name alone.

    As an annotation it validates by looking the class up, so that no union of all classes is
    ever built. Strings are accepted when `names` has them.

    Attributes:
        kind: what the classes are, for messages: `optimizer`.
        classes: from `type` to class.
        aliases: from other names that may stand alone to the `type` they mean.
        case_sensitive: whether names are compared exactly, as Keras does.
        later: types of the language that this version refuses.
        named: whether a name may stand alone.
    """

    kind: str
    classes: Mapping[str, type[Tagged]]
    aliases: Mapping[str, str] = field(default_factory=dict)
    case_sensitive: bool = True
    later: frozenset[str] = frozenset()
    named: bool = True

    @cached_property
    def names(self) -> Mapping[str, str]:
        """From every name that may stand alone to the `type` it means."""
        return {type_: type_ for type_ in self.classes} | dict(self.aliases) if self.named else {}

    def validate(self, value: object) -> Tagged:
        """The instance that `value`, a name, an object or an instance, stands for."""
        match value:
            case Tagged():
                return value
            case str() if self.named:
                return _by_defaults(self.classes[self._type_of(value)]).by_name(value)
            case dict() if "type" not in value:
                raise PydanticCustomError("no_type", "the {kind} has no `type`", {"kind": self.kind})
            case dict():
                return self.class_of(value["type"]).model_validate(value)
        raise PydanticCustomError(
            "no_object",
            "{kind} is {form}",
            {"kind": self.kind, "form": "a name or an object" if self.named else "an object"},
        )

    def class_of(self, type_: object) -> type[Tagged]:
        """The class that `type_` names."""
        if isinstance(type_, str) and type_ in self.classes:
            return self.classes[type_]
        raise self._unknown(type_, "unknown_type", tuple(self.classes))

    def _type_of(self, name: str) -> str:
        if name in self.names:
            return self.names[name]
        if not self.case_sensitive and name.lower() in self.names:
            return self.names[name.lower()]
        raise self._unknown(name, "unknown_name", tuple(self.names))

    def _unknown(self, found: object, error: str, known: tuple[str, ...]) -> PydanticCustomError:
        if isinstance(found, str) and found in self.later:
            return PydanticCustomError("later_type", "not yet in this version", {"kind": self.kind})
        return PydanticCustomError(error, "unknown {kind}", {"kind": self.kind, "known": known})

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        serialize = core_schema.plain_serializer_function_ser_schema(_dump, info_arg=True)
        return core_schema.no_info_plain_validator_function(self.validate, serialization=serialize)

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"x-choice": self.kind}

    def __hash__(self) -> int:
        return hash(self.kind)


def _by_defaults(cls: type[Tagged]) -> Tagged:
    """What an object without arguments stands for; a class that demands none needs no validator to be built."""
    if any(field.is_required() for field in cls.model_fields.values()):
        return cls.model_validate({})
    return cls.model_construct()


def _dump(value: Tagged, info: SerializationInfo) -> dict[str, Any]:
    return {"type": value.type, **value.model_dump(mode="json", exclude_unset=info.exclude_unset)}


@dataclass(frozen=True)
class OrObject:
    """Allows an object of `registry` beside the `plain` value; which of them is meant, the form of the value says."""

    registry: Registry
    plain: Any

    def __get_pydantic_core_schema__(self, _source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(
            self._validate,
            handler.generate_schema(self.plain),
            serialization=core_schema.plain_serializer_function_ser_schema(self._serialize, info_arg=True),
        )

    def _validate(self, value: object, plain: ValidatorFunctionWrapHandler) -> object:
        return self.registry.validate(value) if isinstance(value, (dict, Tagged)) else plain(value)

    def _serialize(self, value: object, info: SerializationInfo) -> object:
        return _dump(value, info) if isinstance(value, Tagged) else value

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"if": {"type": "object"}, "then": {"x-choice": self.registry.kind}, "else": handler(schema)}


@dataclass(frozen=True)
class Shorthand:
    """Lets a value stand for the object that has it at every one of `keys`: `"a.csv"` for `{"path": "a.csv"}`.

    An object with the key `value_key` is such a value, not the section itself.
    """

    keys: tuple[str, ...]
    value_key: str | None = None

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.expand, handler(source))

    def expand(self, value: object) -> object:
        """The object that `value` stands for."""
        is_section = isinstance(value, Section) or (isinstance(value, dict) and self.value_key not in value)
        return value if is_section or value is None else dict.fromkeys(self.keys, value)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        full = handler(schema)
        section = full["anyOf"][0] if "anyOf" in full else full
        value = handler.resolve_ref_schema(section)["properties"][self.keys[0]]
        is_section: dict[str, Any] = {"type": "object"}
        if self.value_key:
            is_section["not"] = {"required": [self.value_key]}
        # An editor that completes a value which is not there yet takes neither branch: the words stand beside both.
        words = _words(value, handler)
        return {
            **({"examples": words} if words else {}),
            "if": is_section,
            "then": section,
            "else": {"anyOf": [value, {"type": "null"}]} if full is not section else value,
        }


def _words(schema: dict[str, Any], handler: GetJsonSchemaHandler) -> list[str]:
    """The words that a schema allows."""
    resolved = handler.resolve_ref_schema(schema)
    inside = [word for part in resolved.get("anyOf", ()) for word in _words(part, handler)]
    return [*resolved.get("enum", ()), *inside]


def form_of(value: object) -> str:
    """The tag of a union whose types differ in their JSON form, so that a mistake is told of the one that is meant."""
    match value:
        case dict() | Section():
            return "object"
        case str():
            return "text"
    return "number"


def object_or_text(value: object) -> str:
    """As `form_of`, of a union without numbers."""
    return "object" if isinstance(value, (dict, Section)) else "text"


class Exactly:
    """Compares a literal with its type too: `true` and 1.0 are not 1."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        allowed = get_args(source)

        def check(value: object) -> object:
            if any(value == literal and type(value) is not type(literal) for literal in allowed):
                raise PydanticKnownError("literal_error", {"expected": _listed(allowed)})
            return value

        return core_schema.no_info_before_validator_function(check, handler(source))


def _listed(allowed: tuple[object, ...]) -> str:
    *first, last = (repr(literal) for literal in allowed)
    return f"{', '.join(first)} or {last}" if first else last


def marker_in(metadata: Iterable[object], kind: type) -> Any:
    """The first of `metadata`, or of the types inside it, that is of class `kind`, or None."""
    for part in metadata:
        if isinstance(part, kind):
            return part
        found = marker_in((*getattr(part, "__metadata__", ()), *get_args(part)), kind)
        if found is not None:
            return found
    return None
