export { type MnistData, mnist as task, withSource } from './mnist.ts'
export {
  isPicturePreparation,
  type Picture,
  type PictureOptions,
  picturePreparation,
  preparationInWords,
  preparePicture,
} from './picture.ts'
