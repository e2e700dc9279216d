//! Adapters (LoRA) that a person has brought in.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::add::hexadecimal;
use crate::names::checked;
use crate::{AdapterId, Error, Library};

const LONGEST: usize = 80;
const SELECT: &str = "
    SELECT id, name, sha256, bytes, rank, form, created_at, (
        SELECT count(*) FROM sticker_adapter WHERE sticker_adapter.sha256 = adapter.sha256
    ) FROM adapter";

/// An adapter in the library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Adapter {
    /// Names its file, too.
    pub id: AdapterId,
    /// What a person calls it.
    pub name: String,
    /// SHA-256 of its file, in hexadecimal digits.
    pub sha256: String,
    /// The size of its file.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub bytes: u64,
    /// The rank of its matrices, when they have one rank.
    pub rank: Option<u32>,
    /// How its file names the layers: "kohya" or "diffusers".
    pub form: String,
    /// When it came into the library, in ms since 1970.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub created_at: i64,
    /// Stickers made with it, in the trash or not.
    pub uses: u32,
}

/// An adapter that comes into the library.
#[derive(Clone, Debug)]
pub struct NewAdapter<'a> {
    /// What it shall be called.
    pub name: &'a str,
    /// The file to copy.
    pub file: &'a Path,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: &'a str,
    /// The size of the file.
    pub bytes: u64,
    /// The rank of its matrices, when they have one rank.
    pub rank: Option<u32>,
    /// How the file names the layers: "kohya" or "diffusers".
    pub form: String,
}

impl Library {
    /// Copies an adapter into the library. One of the same hash that is there already is returned instead.
    pub fn add_adapter(&self, new: &NewAdapter<'_>) -> Result<Adapter, Error> {
        let name = checked("the name of an adapter", new.name, LONGEST)?;
        if let Some(there) = self.adapter_where("WHERE sha256 = ?1", new.sha256)? {
            if !self.adapter_file(&there.id).exists() {
                self.copy_adapter(new, &there.id)?;
            }
            return Ok(there);
        }
        let id = self.ids.next()?;
        let adapter = Adapter {
            id: AdapterId::of(&id),
            name: name.to_owned(),
            sha256: new.sha256.to_owned(),
            bytes: new.bytes,
            rank: new.rank,
            form: new.form.clone(),
            created_at: id.created_at,
            uses: 0,
        };
        self.copy_adapter(new, &adapter.id)?;
        let written = self.database.write(|transaction| {
            transaction.execute(
                "INSERT INTO adapter (id, name, sha256, bytes, rank, form, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                (&adapter.id, name, new.sha256, new.bytes.cast_signed(), new.rank, &new.form, id.created_at),
            )?;
            Ok(())
        });
        if let Err(error) = written {
            self.folders.remove(adapter.id.as_str())?;
            return Err(error);
        }
        Ok(self.adapter(&adapter.id)?.unwrap_or(adapter))
    }

    /// Every adapter, newest first.
    pub fn adapters(&self) -> Result<Vec<Adapter>, Error> {
        self.database.read(|transaction| {
            let mut statement = transaction.prepare_cached(&format!("{SELECT} ORDER BY id DESC"))?;
            let adapters = statement.query_map([], to_adapter)?.collect::<rusqlite::Result<_>>()?;
            Ok(adapters)
        })
    }

    /// One adapter.
    pub fn adapter(&self, id: &AdapterId) -> Result<Option<Adapter>, Error> {
        self.adapter_where("WHERE id = ?1", id.as_str())
    }

    /// Where the file of an adapter lies, whether there is one or not.
    pub fn adapter_file(&self, id: &AdapterId) -> PathBuf {
        self.folders.adapter(id.as_str())
    }

    /// Gives an adapter another name.
    pub fn rename_adapter(&self, id: &AdapterId, name: &str) -> Result<(), Error> {
        let name = checked("the name of an adapter", name, LONGEST)?;
        self.database.write(|transaction| {
            match transaction.execute("UPDATE adapter SET name = ?2 WHERE id = ?1", (id, name))? {
                0 => Err(Error::not_found("adapter", id.as_str()).into()),
                _ => Ok(()),
            }
        })
    }

    /// Deletes an adapter and its file for good. Stickers made with it remember its name and hash.
    pub fn delete_adapter(&self, id: &AdapterId) -> Result<(), Error> {
        self.database.write(|transaction| {
            if transaction.execute("DELETE FROM adapter WHERE id = ?1", [id])? == 0 {
                return Err(Error::not_found("adapter", id.as_str()).into());
            }
            transaction.execute("INSERT INTO doomed_file (id) VALUES (?1)", [id])?;
            Ok(())
        })?;
        self.tidy();
        Ok(())
    }

    fn adapter_where(&self, condition: &str, value: &str) -> Result<Option<Adapter>, Error> {
        self.database.read(|transaction| {
            let mut statement = transaction.prepare_cached(&format!("{SELECT} {condition}"))?;
            Ok(statement.query_row([value], to_adapter).optional()?)
        })
    }

    fn copy_adapter(&self, new: &NewAdapter<'_>, id: &AdapterId) -> Result<(), Error> {
        let mut source = File::open(new.file).map_err(|reason| Error::file("read the adapter", new.file, &reason))?;
        let mut hash = Sha256::new();
        let mut changed = false;
        let copied = self.folders.fill("copy the adapter", &self.adapter_file(id), |file| {
            let mut buffer = vec![0; 1 << 20];
            loop {
                let count = source.read(&mut buffer)?;
                if count == 0 {
                    break;
                }
                hash.update(&buffer[..count]);
                file.write_all(&buffer[..count])?;
            }
            changed = hexadecimal(&hash.finalize_reset()) != new.sha256.to_lowercase();
            if changed {
                Err(io::ErrorKind::InvalidData.into())
            } else {
                Ok(())
            }
        });
        if changed {
            return Err(Error::input(format!(
                "the adapter changed while it was read; import it again: {}",
                new.file.display()
            )));
        }
        copied
    }
}

fn to_adapter(row: &Row<'_>) -> rusqlite::Result<Adapter> {
    Ok(Adapter {
        id: row.get(0)?,
        name: row.get(1)?,
        sha256: row.get(2)?,
        bytes: row.get::<_, i64>(3)?.cast_unsigned(),
        rank: row.get(4)?,
        form: row.get(5)?,
        created_at: row.get(6)?,
        uses: row.get(7)?,
    })
}
