//! Documents as rows: a table per entity with the document as JSON and a few index columns derived from it.

use crate::{Dialect, StoreError, Tx, Value};
use serde::{Serialize, de::DeserializeOwned};

/// A document that has a table of its own: `<KEY>, ws, <COLUMNS>, doc`. The index columns are derived from the document
/// here and nowhere else. A table may have further columns that are no part of the document: see [`Tx::put_with`].
pub trait Entity: Serialize + DeserializeOwned + Clone {
    /// Its id.
    type Id: Copy + Into<Value>;
    /// Its table.
    const TABLE: &'static str;
    /// Its primary key column.
    const KEY: &'static str = "id";
    /// Index columns derived from the document.
    const COLUMNS: &'static [&'static str];
    /// Order of [`Tx::list`].
    const ORDER: &'static str = "id";
    /// The table has further columns that must be given when a row is made: [`Tx::put`] then only replaces an existing row.
    const NEEDS_EXTRAS: bool = false;

    /// The id.
    fn id(&self) -> Self::Id;

    /// The values of [`Entity::COLUMNS`].
    fn columns(&self) -> Vec<Value>;

    /// The stored form of the document.
    fn encode(&self) -> Result<String, StoreError> {
        serde_json::to_string(self).map_err(|e| StoreError::Encode(e.to_string()))
    }

    /// Adds what is stored in other tables.
    fn complete(&mut self, _tx: &mut Tx<'_>) -> Result<(), StoreError> {
        Ok(())
    }

    /// Writes what is stored in other tables.
    fn scatter(&self, _tx: &mut Tx<'_>) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Tx<'_> {
    /// The document with this id in this workspace.
    pub fn get<E: Entity>(&mut self, id: E::Id) -> Result<Option<E>, StoreError> {
        self.fetch(id, "")
    }

    /// Like [`Tx::get`], and locks the row until the end of the transaction (on SQLite there is only one writer anyway).
    pub fn lock<E: Entity>(&mut self, id: E::Id) -> Result<Option<E>, StoreError> {
        match self.dialect() {
            Dialect::Sqlite => self.fetch(id, ""),
            Dialect::Postgres => self.fetch(id, " FOR UPDATE"),
        }
    }

    fn fetch<E: Entity>(&mut self, id: E::Id, suffix: &str) -> Result<Option<E>, StoreError> {
        let sql = format!("SELECT doc FROM {} WHERE {} = $1 AND ws = $2{suffix}", E::TABLE, E::KEY);
        let params = [id.into(), self.ws().into()];
        let mut found = self.query_opt(&sql, &params, |row| row.json::<E>(0))?;
        if let Some(doc) = &mut found {
            doc.complete(self)?;
        }
        Ok(found)
    }

    /// Every document of the workspace, in the entity's order. For small configuration tables.
    pub fn list<E: Entity>(&mut self) -> Result<Vec<E>, StoreError> {
        let sql = format!("SELECT doc FROM {} WHERE ws = $1 ORDER BY {}", E::TABLE, E::ORDER);
        self.docs(&sql, &[self.ws().into()])
    }

    /// Documents by a query of yours whose first column is `doc`. The query must filter by `ws`.
    pub fn docs<E: Entity>(&mut self, sql: &str, params: &[Value]) -> Result<Vec<E>, StoreError> {
        let mut found = self.query(sql, params, |row| row.json::<E>(0))?;
        for doc in &mut found {
            doc.complete(self)?;
        }
        Ok(found)
    }

    /// Stores the document: inserts it, or replaces the one with the same id. Columns that are no part of the document stay.
    ///
    /// [`StoreError::Missing`] for an entity that needs more than its document (see [`Tx::insert_with`]) and is not there.
    pub fn put<E: Entity>(&mut self, doc: &E) -> Result<(), StoreError> {
        if E::NEEDS_EXTRAS {
            return self.replace(doc, &[]);
        }
        self.put_with(doc, &[])
    }

    /// Stores the document and further columns of its row: `tx.put_with(&user, &[("password_hash", hash.into())])`.
    pub fn put_with<E: Entity>(&mut self, doc: &E, extras: &[(&str, Value)]) -> Result<(), StoreError> {
        if self.dialect() == Dialect::Sqlite {
            return self.put_changes(doc, extras);
        }
        let (sql, params) = self.insert_statement(doc, extras)?;
        let names = E::COLUMNS.iter().copied().chain(extras.iter().map(|e| e.0));
        let set: Vec<String> = names.map(|c| format!("{c} = excluded.{c}, ")).collect();
        let (table, key, set) = (E::TABLE, E::KEY, set.concat());
        let sql = format!("{sql} ON CONFLICT ({key}) DO UPDATE SET {set}doc = excluded.doc WHERE {table}.ws = excluded.ws");
        if self.exec(&sql, &params)? == 0 {
            // The id exists in another workspace. It must neither change nor show itself.
            return Err(StoreError::Conflict { constraint: format!("{table}.{key}") });
        }
        doc.scatter(self)
    }

    /// SQLite rewrites every index that has a column of the SET list, also if the value is the same (PostgreSQL does not), which
    /// costs more than a look at the row: so only what differs is set. Nobody else writes meanwhile.
    fn put_changes<E: Entity>(&mut self, doc: &E, extras: &[(&str, Value)]) -> Result<(), StoreError> {
        let wanted: Vec<(&str, Value)> = E::COLUMNS.iter().copied().zip(doc.columns()).collect();
        let columns = [&["1"], E::COLUMNS].concat().join(", ");
        let sql = format!("SELECT {columns} FROM {} WHERE {} = $1 AND ws = $2", E::TABLE, E::KEY);
        let changed = self.query_opt(&sql, &[doc.id().into(), self.ws().into()], |row| {
            let differs = |(n, value): (usize, &(&str, Value))| row.is(n + 1, &value.1).map(|same| (!same).then_some(n));
            wanted.iter().enumerate().map(differs).collect::<Result<Vec<_>, _>>()
        })?;
        let Some(changed) = changed else {
            // An id that exists in another workspace is a conflict, and must neither change nor show itself.
            let (sql, params) = self.insert_statement(doc, extras)?;
            self.exec(&sql, &params)?;
            return doc.scatter(self);
        };
        let set: Vec<_> = changed.into_iter().flatten().map(|n| wanted[n].clone()).chain(extras.iter().cloned()).collect();
        self.update(doc, &set)
    }

    /// Inserts the document with further columns unless a row with the same id or unique key is there; tells whether it did.
    pub fn insert_with<E: Entity>(&mut self, doc: &E, extras: &[(&str, Value)]) -> Result<bool, StoreError> {
        let (sql, params) = self.insert_statement(doc, extras)?;
        let inserted = self.exec(&format!("{sql} ON CONFLICT DO NOTHING"), &params)? > 0;
        if inserted {
            doc.scatter(self)?;
        }
        Ok(inserted)
    }

    /// Replaces an existing document and further columns; [`StoreError::Missing`] if it is not in this workspace.
    pub fn replace<E: Entity>(&mut self, doc: &E, extras: &[(&str, Value)]) -> Result<(), StoreError> {
        let columns = E::COLUMNS.iter().copied().zip(doc.columns());
        let all: Vec<_> = columns.chain(extras.iter().cloned()).collect();
        self.update(doc, &all)
    }

    fn update<E: Entity>(&mut self, doc: &E, columns: &[(&str, Value)]) -> Result<(), StoreError> {
        let mut params = vec![doc.id().into(), self.ws().into(), Value::Text(doc.encode()?)];
        let mut set = vec!["doc = $3".to_owned()];
        for (column, value) in columns {
            params.push(value.clone());
            set.push(format!("{column} = ${}", params.len()));
        }
        let sql = format!("UPDATE {} SET {} WHERE {} = $1 AND ws = $2", E::TABLE, set.join(", "), E::KEY);
        if self.exec(&sql, &params)? == 0 {
            return Err(StoreError::Missing);
        }
        doc.scatter(self)
    }

    /// Removes the document; tells whether it was there.
    pub fn delete<E: Entity>(&mut self, id: E::Id) -> Result<bool, StoreError> {
        let sql = format!("DELETE FROM {} WHERE {} = $1 AND ws = $2", E::TABLE, E::KEY);
        let params = [id.into(), self.ws().into()];
        Ok(self.exec(&sql, &params)? > 0)
    }

    fn insert_statement<E: Entity>(&self, doc: &E, extras: &[(&str, Value)]) -> Result<(String, Vec<Value>), StoreError> {
        let mut columns = vec![E::KEY, "ws", "doc"];
        let mut params = vec![doc.id().into(), self.ws().into(), Value::Text(doc.encode()?)];
        let more = E::COLUMNS.iter().copied().zip(doc.columns()).chain(extras.iter().map(|(c, v)| (*c, v.clone())));
        for (column, value) in more {
            params.push(value);
            columns.push(column);
        }
        let places: Vec<String> = (1..=params.len()).map(|n| format!("${n}")).collect();
        Ok((format!("INSERT INTO {} ({}) VALUES ({})", E::TABLE, columns.join(", "), places.join(", ")), params))
    }
}
