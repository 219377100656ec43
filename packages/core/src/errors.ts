/** Every error that a caller can cause or mend. The message says what was expected, what came and what to do. */
export class CarouselError extends Error {
  override readonly name: string = 'CarouselError'
}

/** An option, argument or configuration is wrong or not supported. */
export class OptionError extends CarouselError {
  override readonly name: string = 'OptionError'
}

/** Data do not fit: shape, range, values that are not finite. */
export class DataError extends CarouselError {
  override readonly name: string = 'DataError'
}

/** A file cannot be read, is damaged, foreign or of a newer format, or cannot be written. */
export class FileError extends CarouselError {
  override readonly name: string = 'FileError'
}

/** The engine cannot compute here: memory, kernels or threads are missing, or were lost. */
export class EngineError extends CarouselError {
  override readonly name: string = 'EngineError'
}

/** Loss, and with it training, left the finite numbers. The model is back at the last good copy. */
export class NonFiniteError extends CarouselError {
  override readonly name = 'NonFiniteError'
  /** Counted from 0, as in callbacks. */
  readonly epoch: number
  readonly batch: number
  /** The first tensor, in the order of computation, that holds NaN or infinity. */
  readonly tensor: string

  /** @param since what was done about it, in a sentence */
  constructor(epoch: number, batch: number, tensor: string, since: string) {
    super(
      `training left the finite numbers in epoch ${epoch + 1}, batch ${batch + 1}: the first tensor with NaN or infinity is '${tensor}'. ` +
        `${since} Check the data, or lower the learning rate.`,
    )
    this.epoch = epoch
    this.batch = batch
    this.tensor = tensor
  }
}
