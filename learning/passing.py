"""Kernels as arguments of compiled loops: numba's type of them, and how a loop calls one.

Numba's own type for functions as arguments passes all that numba knows about every array (owner, sizes, strides), and
passes it twice, in every call. A loop jumps to a kernel directly instead, with the address and the lengths of each
array, from which the rest follows. The bits are the same.
"""

from functools import reduce

from numba import types
from numba.core import cgutils
from numba.extending import NativeValue, lower_builtin, models, register_model, typeof_impl, unbox


class Passed:
    """A compiled function that loops take as an argument: it has a ``type``, `KernelType`, and an ``address``.

    ``is_postponed()`` says whether it has to run interpreted now; no loop then takes it.
    """


class KernelType(types.Callable):
    """Numba's type of the kernels of one signature."""

    def __init__(self, signature):
        self.signature = signature
        super().__init__(f"kernel{signature}")

    @property
    def key(self):
        """Types with equal keys are the same."""
        return self.signature

    def get_call_type(self, context, args, kws):
        """Signature of a call, None if its arguments do not fit."""
        fitting = not kws and fit(context, args, self.signature.args)
        return self.signature.replace(recvr=self) if fitting else None

    def get_call_signatures(self):
        """Signatures, and whether there may be others: numba shows them where a call does not fit."""
        return [self.signature], False

    def get_impl_key(self, signature):
        """Key under which numba finds `call_kernel`."""
        return KernelType


def fit(context, given, wanted):
    """Return whether values of the types ``given`` can be arguments of the types ``wanted``."""
    return len(given) == len(wanted) and all(map(context.can_convert, given, wanted))


NOT_COMPILED = types.Opaque("kernel without machine code")
"""Numba's type of a kernel that has to run interpreted now."""


def type_of(kernel):
    """Return numba's type of a kernel at present."""
    return NOT_COMPILED if kernel.is_postponed() else kernel.type


@typeof_impl.register(Passed)
def _type_for_numba(kernel, context):
    return type_of(kernel)


register_model(KernelType)(models.OpaqueModel)


@unbox(KernelType)
def read_address(kind, kernel, c):
    """Take the address of a kernel from Python; an error in its ``address``, where it is compiled, is passed on."""
    value = cgutils.alloca_once_value(c.builder, cgutils.get_null_value(cgutils.voidptr_t))
    address = c.pyapi.object_getattr_string(kernel, "address")
    with c.builder.if_then(cgutils.is_not_null(c.builder, address)):
        c.builder.store(c.pyapi.long_as_voidptr(address), value)
        c.pyapi.decref(address)
    return NativeValue(c.builder.load(value), is_error=c.pyapi.c_api_error())


@lower_builtin(KernelType, types.VarArg(types.Any))
def call_kernel(context, builder, signature, values):
    """Write the instructions of a call in a compiled loop; an exception in the kernel is raised in the loop."""
    convention, result = context.call_conv, signature.return_type
    kinds = (Arguments(signature.args[1:]),)
    arguments = context.make_tuple(builder, kinds[0], values[1:])
    kernel = builder.bitcast(values[0], convention.get_function_type(result, kinds).as_pointer())
    status, returned = convention.call_function(builder, kernel, result, kinds, (arguments,))
    with cgutils.if_unlikely(builder, status.is_error):
        convention.return_status_propagate(builder, status)
    return returned


class Arguments(types.Tuple):
    """Numba's type of all arguments of a kernel in one tuple, which is passed as few numbers."""

    def __new__(cls, kinds):
        """Make the type, also of equal ``kinds``, for which numba would make another."""
        return object.__new__(cls)


@register_model(Arguments)
class ArgumentsModel(models.TupleModel):
    """How numba keeps `Arguments`: as any tuple, but as arguments with addresses and lengths for arrays."""

    def get_argument_type(self):
        """Types of the numbers passed."""
        return _passed_types(self)

    def as_argument(self, builder, value):
        """Take out the numbers to pass."""
        return _pass(self, builder, value)

    def from_argument(self, builder, value):
        """Make the tuple from what was passed."""
        return _receive(self, builder, value)


def _passed_types(model):
    if _is_plain(model.fe_type):
        lengths = [cgutils.intp_t] * model.fe_type.ndim
        return (model.get_value_type().elements[model.get_field_position("data")], *lengths)
    if _holds_parts(model):
        return tuple(map(_passed_types, model.inner_models()))
    return model.get_argument_type()


def _pass(model, builder, value):
    if _is_plain(model.fe_type):
        lengths = cgutils.unpack_tuple(builder, model.get(builder, value, "shape"))
        return (model.get(builder, value, "data"), *lengths)
    if _holds_parts(model):
        parts = cgutils.unpack_tuple(builder, value)
        return tuple(
            _pass(each, builder, part) for each, part in zip(model.inner_models(), parts, strict=True)
        )
    return model.as_argument(builder, value)


def _receive(model, builder, passed):
    if _is_plain(model.fe_type):
        return _make_array(model, builder, *passed)
    if _holds_parts(model):
        parts = [
            _receive(each, builder, part) for each, part in zip(model.inner_models(), passed, strict=True)
        ]
        return cgutils.pack_struct(builder, parts)
    return model.from_argument(builder, passed)


def _is_plain(kind):
    """Whether all about arrays of a type follows from address and lengths."""
    return isinstance(kind, types.Array) and kind.layout == "C"


def _holds_parts(model):
    return isinstance(model, models.TupleModel)


def _make_array(model, builder, data, *lengths):
    """Make numba's description of an array that belongs to the caller."""
    itemsize = cgutils.sizeof(builder, data.type)
    strides = [itemsize]
    for length in lengths[:0:-1]:
        strides.insert(0, builder.mul(strides[0], length))
    members = {
        "nitems": reduce(builder.mul, lengths),
        "itemsize": itemsize,
        "data": data,
        "shape": cgutils.pack_array(builder, lengths),
        "strides": cgutils.pack_array(builder, strides),
    }
    value = cgutils.get_null_value(model.get_value_type())  # no owner: nothing counts references to it
    for name, member in members.items():
        value = model.set(builder, value, member, name)
    return value
