import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Item } from '../common/holder-index.ts';

/** A file on a node's disk. The same content under another name, or on another node, is the same resource. */
export interface File {
  /** Unique on its node; letters, digits and `._-` only, so that it needs no escaping in a location. */
  readonly name: string;
  readonly content: string;
}

/** A file whose content was hashed. */
export interface Resource extends File {
  /** SHA-256 of the content, 64 lower-case hexadecimal digits. */
  readonly id: string;
}

/** What a supernode knows of a resource: its id is the key. */
export interface Entry extends Item {
  readonly location: string;
}

/** What a file is called may be. */
export const FILE_NAME = /^[A-Za-z0-9._-]+$/;

/** A resource's id: the SHA-256 of its content. */
export function idOf(content: string): string {
  return bytesToHex(sha256(utf8ToBytes(content)));
}

export function resourceOf(file: File): Resource {
  return { name: file.name, content: file.content, id: idOf(file.content) };
}

/** The content that a file has whose scenario gives only its name: another name is another content. */
export function contentNamed(name: string): string {
  return `content of ${name}`;
}

/** Enough of an id to tell it from others in a log. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
