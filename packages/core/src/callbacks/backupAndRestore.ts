import { platform } from '#platform'
import { boolean, checkOptions, show, text } from '../config/options.ts'
import { FileError, OptionError } from '../errors.ts'
import { type Restored, restoreModel } from '../model/restore.ts'
import {
  type Callback,
  type CallbackModel,
  type EpochLogs,
  isDone,
  type TrainingInfo,
} from '../training/callbacks.ts'
import { Every, isFrequency } from './monitor.ts'

export interface BackupAndRestoreOptions {
  /** When to save: 'epoch', or every so many batches. Default 'epoch'. */
  saveFreq?: 'epoch' | number
  /** Keep the backup before the last one too, in case a disk spoils the last. Default false. */
  doubleCheckpoint?: boolean
  /** Remove the backup once training is done. Default true. */
  deleteCheckpoint?: boolean
}

const WHERE = 'callbacks.backupAndRestore'

/**
 * Backs training up into a folder, and goes on from there when the same program is started again after a crash. Node
 * only. Keras: `BackupAndRestore`, which resumes the epoch; this resumes the very batch, with the same bits as if
 * nothing had happened, and the other callbacks where they were. Training that its signal stopped is backed up and kept.
 */
export function backupAndRestore(backupDir: string, options: BackupAndRestoreOptions = {}): Callback {
  const checks = { saveFreq: isFrequency, doubleCheckpoint: boolean, deleteCheckpoint: boolean }
  checkOptions({ where: WHERE, options: checks }, options)
  if (text(backupDir))
    throw new OptionError(`${WHERE}: expected the path of a folder; got ${show(backupDir)}`)
  return new BackupAndRestore(backupDir, options)
}

class BackupAndRestore implements Callback {
  readonly isLast = true
  readonly onTrainBatchEnd?: Callback['onTrainBatchEnd']
  readonly #file: string
  readonly #previous: string
  readonly #options: BackupAndRestoreOptions
  #training: TrainingInfo | null = null

  constructor(folder: string, options: BackupAndRestoreOptions) {
    this.#options = options
    this.#file = `${folder.replace(/[/\\]+$/, '')}/latest.safetensors`
    this.#previous = `${this.#file}.bkp`
    const { saveFreq = 'epoch' } = options
    if (saveFreq !== 'epoch') {
      const every = new Every(saveFreq)
      this.onTrainBatchEnd = (_, __, model) => (every.next() ? this.#save(model) : undefined)
    }
  }

  async onResume(model: CallbackModel): Promise<boolean> {
    if ((await platform.sizeOf(this.#file)) === null) return false
    try {
      await restoreModel(model as CallbackModel & Restored, this.#file)
    } catch (error) {
      if (!(error instanceof FileError) || (await platform.sizeOf(this.#previous)) === null) throw error
      await restoreModel(model as CallbackModel & Restored, this.#previous)
    }
    return true
  }

  onTrainBegin(training: TrainingInfo): void {
    this.#training = training
  }

  async onEpochEnd(_: number, __: EpochLogs, model: CallbackModel): Promise<void> {
    if (!this.onTrainBatchEnd) await this.#save(model)
  }

  async onTrainEnd(_: EpochLogs | null, model: CallbackModel): Promise<void> {
    if (this.#training && !isDone(this.#training, model)) return this.#save(model)
    if (this.#options.deleteCheckpoint === false) return
    for (const path of [this.#file, this.#previous]) await platform.remove(path)
  }

  async #save(model: CallbackModel): Promise<void> {
    await platform.makeFolderFor(this.#file)
    if (this.#options.doubleCheckpoint && (await platform.sizeOf(this.#file)) !== null)
      await platform.writeAtomically(this.#previous, await platform.readBytes(this.#file))
    await model.save(this.#file)
  }
}
