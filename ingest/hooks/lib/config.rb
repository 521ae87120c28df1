# frozen_string_literal: true

require_relative 'names'

module PlenaryPush
  # The flat YAML file; plenary.yml.example explains each key.
  class Config
    DEFAULTS = {
      'library' => nil, 'token_file' => '/etc/bigbluebutton/plenary.token', 'ca_file' => nil,
      'allow_http' => false, 'timeout' => 600,
      'spool' => nil, 'ssh' => 'ssh -o BatchMode=yes -o ConnectTimeout=30',
      'raw' => 'events+audio',
      'recording_dir' => '/var/bigbluebutton/recording',
      'published_dir' => '/var/bigbluebutton/published',
      'queue' => '/var/lib/plenary-push/queue', 'log' => '/var/log/plenary-push/plenary-push.log'
    }.freeze
    RAW = ['none', 'events', 'events+audio', 'all'].freeze
    FOLDERS = %w[recording_dir published_dir queue log].freeze

    def self.read(path)
      require 'yaml'
      values = YAML.safe_load(File.read(path, encoding: 'UTF-8'))
      raise BadConfig, "#{path} is no list of `key: value`" unless values.nil? || values.is_a?(Hash)

      new(values || {})
    rescue SystemCallError, Psych::Exception, ArgumentError => e
      raise BadConfig, "cannot read #{path}: #{e.message}"
    end

    def initialize(values)
      unknown = values.keys - DEFAULTS.keys
      raise BadConfig, "unknown key `#{unknown.first}`" unless unknown.empty?

      @values = DEFAULTS.merge(values.reject { |_, value| value.nil? })
      raise BadConfig, "`raw` is one of #{RAW.join(', ')}" unless RAW.include?(self['raw'])

      wrong = FOLDERS.find { |key| !self[key].is_a?(String) || !self[key].start_with?('/') }
      raise BadConfig, "`#{wrong}` is not an absolute path" if wrong
      return if self['timeout'].is_a?(Integer) && self['timeout'].positive?

      raise BadConfig, '`timeout` is not a number of seconds'
    end

    def [](key)
      @values.fetch(key)
    end

    # Where recordings go.
    def destination
      chosen = %w[library spool].select { |key| self[key] }
      raise BadConfig, 'set either `library` or `spool`' unless chosen.length == 1

      return Library.new(self) if chosen == ['library']
      return Spool.new(self['spool']) if self['spool'].to_s.start_with?('/')

      RemoteSpool.new(self)
    end
  end
end
