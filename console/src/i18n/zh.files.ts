/** Photos and files of a ticket in Chinese. */
import type { files as english } from './en.files.ts'

export const files: typeof english = {
  title: '照片与文件',
  count: (n) => `${n} 张照片`,
  none: '此工单没有附件。照片随技术员的作业报告上传。',
  work: '作业照片', others: '其他文件',
  photo: (n, of) => `照片 ${n}（共 ${of} 张）`,
  open: (name) => `打开${name}`,
  gone: (n) => `${n} 张照片已不再保存，或您无权查看。`,
  unavailable: '图片无法加载。',
  download: '下载',
  about: (kib, by, at) => `${kib} KiB · ${by} · ${at}`,
}
