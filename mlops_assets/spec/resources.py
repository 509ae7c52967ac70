"""What a run of the model needs of a worker: `resources:` in defs.yaml."""

from pydantic import BaseModel, ByteSize, ConfigDict, Field, field_validator

from mlops_assets.errors import InputError

LEAST_MEMORY = 256 << 20
"""Bytes below which no run starts; a number without its unit is usually meant as one of GiB."""


class Resources(BaseModel):
    """Reserved on a worker for each run of the model, where runs execute on other machines."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cpus: float = Field(1, gt=0, le=1024, description="Processor cores, such as 4 or 0.5.")
    memory: ByteSize | None = Field(
        None,
        description="Memory with its unit, such as 8GiB or 500MB. Default: none is reserved.",
    )
    gpus: int = Field(0, ge=0, le=64, description="GPUs.")

    @field_validator("memory")
    @classmethod
    def _memory_is_enough_to_start(cls, given: ByteSize | None) -> ByteSize | None:
        if given is not None and given < LEAST_MEMORY:
            raise InputError(
                seen=f"`memory` is {int(given):,} bytes",
                expected="at least 256MiB",
                todo="write the unit too, such as 4GiB",
            )
        return given
